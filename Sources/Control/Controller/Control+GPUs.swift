package import Model

extension Control {
  /// The GPUs of this box, as their drivers tell them now.
  ///
  /// - Throws: where none is asked, or one does not answer within 20 seconds.
  package func gpus() throws(ChangeFailure) -> [GPUIdentity] {
    guard let gpus = system.gpus else { throw GPUEnforcer.areNotAsked }
    return try gpus.identities()
  }
}
