import InkTraining
import Testing

@Suite struct MeasureTests {
  /// By scikit-learn's `accuracy_score` and `f1_score(average="macro")`.
  @Test("Accuracy and macro F1 are those of scikit-learn")
  func classes() {
    var counts = ClassCounts(classes: 4)
    for (guess, actual) in [(0, 0), (0, 1), (1, 1), (2, 0), (2, 2), (1, 1)] {
      counts.add(predicted: guess, actual: actual)
    }
    #expect(abs(counts.accuracy - 4.0 / 6) < 1e-12)
    // The last class is neither there nor predicted.
    #expect(abs(counts.macroF1 - (0.5 + 0.8 + 2.0 / 3) / 3) < 1e-12)
  }

  /// By `scipy.stats.pearsonr` and `spearmanr`.
  @Test("Correlations are those of SciPy, equal numbers sharing a place")
  func correlations() {
    let (first, second) = ([1.0, 2, 2, 4, 5.5, 0], [2.0, 1, 3, 3, 9, -4])
    #expect(abs(Correlation.pearson(first, second) - 0.8966065805873621) < 1e-9)
    #expect(abs(Correlation.spearman(first, second) - 0.8676470588235294) < 1e-9)
  }

  @Test("What has no spread has no correlation, and no measure stands for it")
  func undefined() {
    #expect(Correlation.pearson([1, 1, 1], [1, 2, 3]).isNaN)
    #expect(Correlation.measures([1, 1, 1], [1, 2, 3]).isEmpty)
    #expect(Correlation.pearson([1, 2], [1]).isNaN)
    #expect(ClassCounts(classes: 2).measures.isEmpty)
  }
}
