/// Compatibility decompositions.
enum CompatibilityMappings {
  static func mapping(_ scalar: Unicode.Scalar) -> String? { nil }
}
