namespace Greenery.Models.Dbt;

/// <summary>What became of a project of dbt.</summary>
/// <param name="Files">The files of the new project's sql folder: path below it, and text.</param>
/// <param name="Models">How many models there are.</param>
/// <param name="Left">What was left out or changed, with the file and line of the project of dbt.</param>
/// <param name="Unconverted">Models that still have templates, which are to be written by hand.</param>
public sealed record DbtImportResult(
    IReadOnlyList<(string Path, string Text)> Files, int Models, IReadOnlyList<Diagnostic> Left,
    IReadOnlyList<string> Unconverted)
{
    /// <summary>The files of the seeds, which are drops here.</summary>
    public IReadOnlyList<string> Seeds { get; init; } = [];
}
