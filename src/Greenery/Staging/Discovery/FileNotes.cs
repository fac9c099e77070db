using System.Collections;
using Greenery.Drops;

namespace Greenery.Staging.Discovery;

/// <summary>
/// Notes on files that are not loaded. A folder that was put among the drops by mistake may have a million files: they
/// are counted, and the first ones named.
/// </summary>
internal sealed class FileNotes : IReadOnlyList<Diagnostic>
{
    /// <summary>Files with a note of their own.</summary>
    public const int MostNamed = 50;

    private readonly List<Diagnostic> _named = [];

    /// <summary>All files, those without a note of their own among them.</summary>
    public long Files { get; private set; }

    /// <summary>The notes that are kept, one more than files are named when there are more.</summary>
    public int Count => _named.Count + (IsCut ? 1 : 0);

    public Diagnostic this[int index] => index < _named.Count || !IsCut ? _named[index] : More;

    private bool IsCut => Files > _named.Count;

    private Diagnostic More => new(
        $"{Files - _named.Count} more files",
        $"are not loaded, for reasons like these; the first {MostNamed} are named.");

    public IEnumerator<Diagnostic> GetEnumerator() => (IsCut ? _named.Append(More) : _named).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public void Add(string path, string message)
    {
        Files++;
        if (_named.Count < MostNamed)
        {
            _named.Add(new Diagnostic(DropPath.Show(path), message));
        }
    }
}
