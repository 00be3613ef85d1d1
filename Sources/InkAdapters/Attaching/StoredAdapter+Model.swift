package import InkNN
package import InkTensor

extension StoredAdapter {
  /// What a model takes.
  ///
  /// - Parameters:
  ///   - name: what the adapter is called there.
  ///   - base: the model, in the conventions of its checkpoints.
  ///   - use: whether its tensors are trained.
  /// - Throws: `unusedTensor`, `missingTensor`, `shapeMismatch`, `unsupported`, naming the tensor.
  package func modelAdapter(
    named name: AdapterName, for base: AdapterBase, use: AdapterUse, on cpu: CPU
  ) throws(AdapterError) -> ModelAdapter {
    var assembly = try AdapterAssembly(self, name: name, base: base, use: use, cpu: cpu)
    try assembly.run()
    return assembly.result
  }
}
