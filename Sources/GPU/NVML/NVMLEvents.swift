import CNVML
import Model

/// Errors that the driver reports as they happen (XID), collected without waiting.
final class NVMLEvents {
  private let set: ll_nvml_events
  private let wait: ll_nvml_wait_call
  private let free: ll_nvml_events_call?
  private let register: ll_nvml_register_call
  private var isOurs = true

  /// nil where the driver has no events.
  init?(_ library: NVMLLibrary) {
    guard let create = library.createEvents, let register = library.registerEvents,
      let wait = library.waitForEvent
    else { return nil }
    var set: ll_nvml_events?
    guard create(&set) == LL_NVML_OK, let set else { return nil }
    self.set = set
    self.wait = wait
    self.register = register
    free = library.freeEvents
  }

  deinit { if isOurs { _ = free?(set) } }

  /// The library was closed behind our back, and took the set with it: freeing it again would crash.
  func disown() { isOurs = false }

  /// Listens to a device from now on; a device may have no events, and then has none.
  func listen(to device: ll_nvml_device) {
    _ = register(device, UInt64(LL_NVML_EVENT_XID), set)
  }

  /// Calls `body` for each error that came since the last time.
  func take(_ body: (ll_nvml_device, UInt64) -> Void) {
    // A storm of errors is read over several readings.
    for _ in 0..<64 {
      var event = ll_nvml_event()
      guard wait(set, &event, 0) == LL_NVML_OK, let device = event.device else { return }
      if event.type & UInt64(LL_NVML_EVENT_XID) != 0 { body(device, event.data) }
    }
  }
}
