namespace Greenery.SampleData;

/// <summary>What was written.</summary>
/// <param name="Folder">The full path of the folder that holds one folder a day.</param>
/// <param name="Files">In the order they were finished: by day, then by table.</param>
/// <param name="InjectedErrors">The rows that were made bad on purpose; empty when none were.</param>
internal sealed record SampleSummary(
    string Folder, IReadOnlyList<SampleFile> Files, IReadOnlyList<InjectedError> InjectedErrors)
{
    /// <summary>Rows of all files, planted ones included.</summary>
    public long Rows => Files.Sum(file => file.Rows);
}
