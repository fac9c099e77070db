using System.Text;

namespace Greenery.Staging.Types;

/// <summary>
/// Reads the elements of <c>{a,"b c",NULL}</c>, an array of one dimension as PostgreSQL writes it. A backslash takes
/// the next character as it is; an unquoted NULL in any case is null; spaces around an element do not belong to it.
/// </summary>
/// <param name="text">The literal, from its opening brace on.</param>
/// <param name="scratch">Room for the text of an element.</param>
internal ref struct ArrayLiteral(ReadOnlySpan<byte> text, Span<byte> scratch)
{
    private readonly ReadOnlySpan<byte> _text = text;
    private readonly Span<byte> _scratch = scratch;
    private int _at;
    private int _length;
    private bool _isLast;

    /// <summary>Whether the literal was read up to its end; false when it is malformed.</summary>
    public bool IsWhole { get; private set; }

    /// <summary>Reads the next element; false when there is none, or what follows is malformed.</summary>
    public bool TryRead(out ReadOnlySpan<byte> value, out bool isNull)
    {
        value = default;
        isNull = false;
        if (_isLast)
        {
            IsWhole = true;
            return false;
        }
        var isFirst = _at == 0;
        // The opening brace, or the comma that an element ended with.
        _at++;
        SkipSpaces();
        if (isFirst && _at < _text.Length && _text[_at] == '}')
        {
            IsWhole = _at == _text.Length - 1;
            return false;
        }
        var isQuoted = _at < _text.Length && _text[_at] == '"';
        if (!(isQuoted ? TryTakeQuoted() : TryTakePlain(out isNull)))
        {
            return false;
        }
        value = _scratch[.._length];
        return TryEndElement();
    }

    // A comma follows and then another element, or the closing brace and nothing.
    private bool TryEndElement()
    {
        SkipSpaces();
        if (_at >= _text.Length)
        {
            return false;
        }
        if (_text[_at] == '}')
        {
            _isLast = _at == _text.Length - 1;
            return _isLast;
        }
        return _text[_at] == ',';
    }

    private bool TryTakeQuoted()
    {
        _length = 0;
        for (_at++; _at < _text.Length && _text[_at] != '"'; _at++)
        {
            if (!TryTakeByte())
            {
                return false;
            }
        }
        _at++;
        return _at <= _text.Length;
    }

    private bool TryTakePlain(out bool isNull)
    {
        isNull = false;
        _length = 0;
        var (last, isEscaped) = (0, false);
        for (; _at < _text.Length && _text[_at] is not ((byte)',' or (byte)'}'); _at++)
        {
            if (_text[_at] is (byte)'{' or (byte)'"')
            {
                return false;
            }
            isEscaped |= _text[_at] == '\\';
            var isSpace = _text[_at] == ' ';
            if (!TryTakeByte())
            {
                return false;
            }
            last = isSpace ? last : _length;
        }
        _length = last;
        isNull = !isEscaped && Ascii.EqualsIgnoreCase(_scratch[.._length], "null"u8);
        return _length > 0;
    }

    private bool TryTakeByte()
    {
        _at += _text[_at] == '\\' ? 1 : 0;
        if (_at >= _text.Length)
        {
            return false;
        }
        _scratch[_length++] = _text[_at];
        return true;
    }

    private void SkipSpaces()
    {
        while (_at < _text.Length && _text[_at] == ' ')
        {
            _at++;
        }
    }
}
