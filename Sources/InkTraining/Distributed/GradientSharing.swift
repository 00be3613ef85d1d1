/// What the processes of a run keep of their own and what they share.
///
/// All of them hold all weights and work on different samples of a step. They differ in who holds the sums of the gradients
/// and the state of the optimizer. Whichever is chosen, each weight gets the same bits; only memory and traffic change.
public enum GradientSharing: String, Sendable, Hashable, CaseIterable {
  /// Everything everywhere: each process updates all weights by the summed gradients (distributed data parallel; Li et al.,
  /// 2020, "PyTorch Distributed").
  case replicated
  /// Each process keeps the optimizer's state of its own weights, updates those and hands them around (Rajbhandari et al.,
  /// 2020, "ZeRO: Memory Optimizations Toward Training Trillion Parameter Models", stage 1).
  case zero1
  /// Besides, a gradient is summed only in the process that owns its weight, and the memory of the others is given back
  /// before the optimizer runs (stage 2).
  case zero2
}
