import ArgumentParser
import Doctor
import Glibc

/// `loadline doctor`: what this machine offers and how to get what is missing.
struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Say what this machine offers, what each gap costs, and how to close it.")

  func run() throws {
    var facts = FactFinder().facts()
    facts.gpus.sample = GPUFacts.sample()
    facts.terminal = TerminalFacts.current
    print(Report.text(Checks.all(facts)), terminator: "")
  }
}
