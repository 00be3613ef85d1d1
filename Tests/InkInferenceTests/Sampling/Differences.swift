#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Places where two rows differ by more than 1e-4 (absolute and relative), or where only one of them is infinite.
func differences(_ found: [Float], _ expected: [Float]) -> [String] {
  guard found.count == expected.count else { return ["\(found.count) elements, expected \(expected.count)"] }
  return zip(found, expected).enumerated().compactMap { index, pair in
    if pair.0 == pair.1 { return nil }
    let close = pair.0.isFinite && pair.1.isFinite && abs(pair.0 - pair.1) <= 1e-4 + 1e-4 * abs(pair.1)
    return close ? nil : "[\(index)]: \(pair.0), expected \(pair.1)"
  }
}

func exponential(_ value: Float) -> Float { exp(value) }

func logarithm(_ value: Double) -> Double { log(value) }
