import InkTensor

/// The distance of a computed value from the exact one, in units of the last place of the exact one's nearest float.
/// Numbers below the smallest normal one are measured in the units of that.
func ulps(_ value: Float, from exact: Double) -> Double {
  if value.isNaN || exact.isNaN { return value.isNaN && exact.isNaN ? 0 : .infinity }
  let nearest = Float(exact)
  if nearest.isInfinite || value.isInfinite { return value == nearest ? 0 : .infinity }
  let unit = Double(max(abs(nearest), .leastNormalMagnitude).ulp)
  return abs(Double(value) - exact) / unit
}

/// Computes the same on every instruction set of this machine with one, two and three threads, and returns the names of
/// those whose bits differ from the first's.
func backendsThatDiffer(_ compute: (CPU) -> Tensor) -> [String] {
  var first: [UInt32] = []
  var different: [String] = []
  for set in InstructionSet.available {
    for threads in 1...3 {
      let bits = compute(CPU(threads: threads, instructionSet: set)).toArray().map(\.bitPattern)
      if set == InstructionSet.available.first, threads == 1 { first = bits }
      if bits != first || bits.isEmpty { different.append("\(set) with \(threads) threads") }
    }
  }
  return different
}

/// Widths at the edges of vectors of sixteen, and some of models.
let edgeWidths = [1, 2, 15, 16, 17, 31, 32, 33, 100, 576, 1000]
