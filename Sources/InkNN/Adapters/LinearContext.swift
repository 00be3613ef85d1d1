package import InkTensor

/// What linear maps compute with: the backend, and whose the rows are.
package struct LinearContext: Sendable {
  package let cpu: CPU
  package let adapters: AdapterRows

  package init(cpu: CPU, adapters: AdapterRows) {
    self.cpu = cpu
    self.adapters = adapters
  }
}
