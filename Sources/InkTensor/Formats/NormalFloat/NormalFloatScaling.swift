/// How the scales of NF4 weights are kept (Dettmers et al., 2023, "QLoRA").
public enum NormalFloatScaling: Sendable, Hashable, CaseIterable {
  /// As they are, in f32: 4.5 bits a weight.
  case single
  /// Less their mean as codes of 8 bits, of which 256 share a scale: 4.13 bits a weight.
  case double
}
