package import Model

extension Control {
  /// The GPUs of this box, as their drivers tell them now.
  ///
  /// - Throws: where a driver does not answer within 20 seconds.
  package func gpus() throws(ChangeFailure) -> [GPUIdentity] { try system.gpus.identities() }
}
