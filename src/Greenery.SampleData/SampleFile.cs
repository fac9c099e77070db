namespace Greenery.SampleData;

/// <summary>A file that was written.</summary>
/// <param name="Path">Below the folder, with <c>/</c>: <c>2026-11-20/orders.csv</c>.</param>
/// <param name="Table">The source table it is a drop of.</param>
/// <param name="Rows">Its rows without the header, planted ones included.</param>
internal sealed record SampleFile(string Path, string Table, long Rows);
