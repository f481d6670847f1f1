import Model

/// Every rule that looks at a job, causes before what they may lead to.
enum AllRules {
  static let types: [any Rule.Type] = [
    OOMKill.self, GPUErrorRule.self, Hang.self, MemoryLimit.self, OOMForecast.self, CPUQuota.self,
    Reclaim.self, Swap.self, PageCache.self, IOBound.self, Network.self, CoreSet.self,
    CPUContention.self, RemoteMemory.self, InputPrepare.self, InputDisk.self, InputRemote.self,
    Straggler.self, GPUClocks.self, GPUHollow.self, GPUMemory.self, GPUCompute.self, GPUIdle.self,
    GPUSquat.self, GPUOutsideBudget.self, CoresUnused.self, MemoryUnused.self, LoadersWide.self,
    Leaked.self, Spinning.self, LimitDrift.self,
  ]
}
