using System.Text;

namespace Greenery.Models.UnitTests;

/// <summary>Reads the few CSV lines that a unit test holds (RFC 4180, commas).</summary>
internal sealed class TestCsv
{
    private readonly string _text;
    private int _at;
    private int _line;

    private TestCsv(string text) => _text = text;

    /// <summary>
    /// The records with the line on which each begins, from 0. As in dbt, a field that is empty or <c>null</c>, without
    /// quotes, is null. Lines without a character are left out.
    /// </summary>
    public static IEnumerable<(int Line, IReadOnlyList<string?> Fields)> Read(string text)
    {
        var csv = new TestCsv(text.ReplaceLineEndings("\n").TrimEnd('\n'));
        while (csv._at < csv._text.Length)
        {
            var (line, fields) = (csv._line, csv.Record());
            if (fields is not [null])
            {
                yield return (line, fields);
            }
        }
    }

    private List<string?> Record()
    {
        var fields = new List<string?>();
        do
        {
            fields.Add(Field());
        }
        while (Skip(','));
        Skip('\n');
        _line++;
        return fields;
    }

    private string? Field()
    {
        if (Skip('"'))
        {
            return Quoted();
        }
        var end = _text.IndexOfAny([',', '\n'], _at);
        var plain = _text[_at..(end < 0 ? _text.Length : end)].Trim();
        _at = end < 0 ? _text.Length : end;
        return plain is "" or "null" ? null : plain;
    }

    // A doubled quote is one of the text.
    private string Quoted()
    {
        var field = new StringBuilder();
        while (_at < _text.Length)
        {
            var c = _text[_at++];
            if (c == '"' && !Skip('"'))
            {
                break;
            }
            _line += c == '\n' ? 1 : 0;
            field.Append(c);
        }
        return field.ToString();
    }

    private bool Skip(char c)
    {
        if (_at >= _text.Length || _text[_at] != c)
        {
            return false;
        }
        _at++;
        return true;
    }
}
