using Greenery.SampleData;

namespace Greenery.Tests.SampleData;

/// <summary>Five days of a shop without bad rows, shared by the tests that only read it.</summary>
public sealed class CleanSample : IDisposable
{
    internal static SampleOptions Options { get; } = new() { Days = 5, Seed = 7, PlantBadRows = false };

    internal SampleFolder Folder { get; } = new(Options);

    internal IReadOnlyList<SampleRow> Rows(string table) => Folder.Rows(table);

    public void Dispose() => Folder.Dispose();
}
