using Greenery.SampleData;

namespace Greenery.Tests.SampleData;

/// <summary>A sample in a folder of its own, gone after the test.</summary>
internal sealed class SampleFolder : IDisposable
{
    public SampleFolder(SampleOptions options)
    {
        Path = Directory.CreateTempSubdirectory("greenery-sample-").FullName;
        Summary = SampleShop.Write(Path, options, CancellationToken.None);
    }

    public string Path { get; }

    public SampleSummary Summary { get; }

    /// <summary>The content of every file by its path below the folder, in the order of the paths.</summary>
    public IReadOnlyDictionary<string, byte[]> Files() =>
        new SortedDictionary<string, byte[]>(
            Directory.EnumerateFiles(Path, "*", SearchOption.AllDirectories).ToDictionary(
                file => System.IO.Path.GetRelativePath(Path, file).Replace('\\', '/'), File.ReadAllBytes),
            StringComparer.Ordinal);

    /// <summary>All rows of a table's drops, in the order of the drops.</summary>
    public IReadOnlyList<SampleRow> Rows(string table) =>
        [.. Summary.Files.Where(file => file.Table == table).SelectMany(file => SampleRow.Read(Path, file.Path))];

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
