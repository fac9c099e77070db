using Greenery.Runs;
using Greenery.Tests.Support;

namespace Greenery.Tests.Docs;

/// <summary>A copy of the repository's sql folder that a test may change.</summary>
internal sealed class ProjectCopy : IDisposable
{
    private readonly TestDataFolder _folder = new();

    private ProjectCopy()
    {
    }

    public static ProjectCopy OfRepository()
    {
        var copy = new ProjectCopy();
        foreach (var file in Directory.GetFiles(Repository.SqlFolder, "*", SearchOption.AllDirectories))
        {
            copy.Write(Path.GetRelativePath(Repository.SqlFolder, file), File.ReadAllText(file));
        }
        return copy;
    }

    public void Write(string path, string text)
    {
        var file = Path.Combine(_folder.Path, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }

    public void Append(string path, string text) => File.AppendAllText(Path.Combine(_folder.Path, path), $"\n{text}");

    /// <summary>What is wrong with it, as people read it.</summary>
    public IReadOnlyList<string> Refusals() => Record.Exception(() => Project.Read(_folder.Path)) switch
    {
        null => [],
        ConfigurationException refused => [.. refused.Diagnostics.Select(diagnostic => $"{diagnostic}")],
        var other => throw new InvalidOperationException("The project cannot be read.", other),
    };

    public void Dispose() => _folder.Dispose();
}
