using System.Text;
using Greenery.Sources;
using Greenery.Staging.Parsing;
using Greenery.Staging.Types;

namespace Greenery.Staging.Inference;

/// <summary>What the values of one column are, as far as they were seen.</summary>
/// <param name="name">As the files have it.</param>
internal sealed class ColumnGuess(string name)
{
    private const int MostWords = 5;

    // Of so many values, one may be a slip.
    private const int FewestForSlips = 20;

    private readonly IReadOnlyList<ValueCandidate> _candidates = ValueCandidate.All();
    private readonly SortedSet<string> _nullWords = new(StringComparer.Ordinal);
    private HashSet<ulong>? _seen = [];
    private bool _isInFile;

    public string Name { get; } = name;

    /// <summary>Values, without empty ones and null words.</summary>
    public long Values { get; private set; }

    /// <summary>Rows in which it is null, or has a word that stands for no value.</summary>
    public long Nulls { get; private set; }

    /// <summary>Files that have it.</summary>
    public int Files { get; private set; }

    /// <summary>Words that may stand for no value.</summary>
    public IReadOnlyCollection<string> NullWords => _nullWords;

    /// <summary>Whether no file has a value twice.</summary>
    public bool IsUnique => _seen is not null && Nulls == 0 && Values > 0;

    /// <summary>Types that all values have, the narrowest first.</summary>
    public IEnumerable<ValueCandidate> Possible => _candidates.Where(candidate => candidate.IsPossible);

    /// <summary>
    /// Of a text, the narrowest type that all of many values but a few are of; null for none.
    /// </summary>
    public ValueCandidate? Nearest => _candidates.FirstOrDefault(candidate =>
        candidate.IsNearly && Values >= FewestForSlips * candidate.Misfits);

    /// <summary>The type that all its files say it has; null where they say none, or not the same.</summary>
    public ColumnType? Declared { get; private set; }

    /// <summary>Whether a value of a time had a zone.</summary>
    public bool HasZone { get; private set; }

    /// <summary>Another file begins: one may have the keys of another.</summary>
    public void BeginFile()
    {
        _isInFile = false;
        _seen?.Clear();
    }

    /// <summary>The file that is read says that it has the column, of a type.</summary>
    public void Declare(ColumnType? type)
    {
        Declared = Files == 0 || Declared == type ? type : null;
        Meet();
    }

    /// <summary>The file that is read has the column.</summary>
    public void Meet()
    {
        Files += _isInFile ? 0 : 1;
        _isInFile = true;
    }

    /// <summary>Takes a value of a row.</summary>
    /// <returns>Its hash; 0 for no value.</returns>
    public ulong Add(ReadOnlySpan<byte> text, bool isJson, CopyBuffer scratch)
    {
        if (text.IsEmpty || Parsing.NullWords.Contains(text))
        {
            Nulls++;
            if (!text.IsEmpty && _nullWords.Count < MostWords)
            {
                _nullWords.Add(Encoding.UTF8.GetString(text));
            }
            return 0;
        }
        Values++;
        foreach (var candidate in _candidates)
        {
            candidate.Try(text, isJson, scratch);
        }
        HasZone |= text[^1] is (byte)'Z' or (byte)'z' || text[Math.Max(0, text.Length - 6)..].ContainsAny("+CT"u8);
        var hash = Hash(text);
        if (_seen?.Add(hash) == false)
        {
            _seen = null;
        }
        return hash;
    }

    // FNV-1a of 64 bits: two of a million values are alike by chance once in many millions of files.
    private static ulong Hash(ReadOnlySpan<byte> text)
    {
        var hash = 14_695_981_039_346_656_037;
        foreach (var part in text)
        {
            hash = (hash ^ part) * 1_099_511_628_211;
        }
        return hash == 0 ? 1 : hash;
    }
}
