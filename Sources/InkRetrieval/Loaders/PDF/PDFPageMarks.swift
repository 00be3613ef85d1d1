/// What a page shows beside its text.
struct PDFPageMarks {
  var hasPicture = false
  var hasDrawing = false
  /// Whether the page was too long to be read to its end.
  var isCut = false
}
