/// Whether samples may be cut in two.
public enum SampleDivision: Sendable, Hashable {
  case possible, impossible
}
