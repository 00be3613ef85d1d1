package import InkTensor

/// What linear maps compute with: the backend, and whose the rows are.
package struct LinearContext: Sendable {
  package let cpu: CPU
  package let adapters: AdapterRows
  /// What drops parts of inputs, while something is trained.
  package let noise: DropoutNoise?

  package init(cpu: CPU, adapters: AdapterRows, noise: DropoutNoise? = nil) {
    self.cpu = cpu
    self.adapters = adapters
    self.noise = noise
  }
}
