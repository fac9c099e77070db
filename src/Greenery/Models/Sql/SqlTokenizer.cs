namespace Greenery.Models.Sql;

/// <summary>
/// Cuts a select into tokens as PostgreSQL's lexer does (manual, section 4.1): comments (nested too) and white space
/// fall away; strings, dollar quotes and quoted names are one token each, so that nothing inside them is taken for a
/// name.
/// </summary>
internal sealed class SqlTokenizer
{
    private readonly string _sql;
    private int _at;
    private int _line = 1;
    private int _brackets;
    private (SqlTokenKind Kind, string Text)? _last;

    // Per open parenthesis: is it that of json_object, where a colon parts key and value?
    private readonly Stack<bool> _isJsonObject = [];

    private SqlTokenizer(string sql) => _sql = sql;

    /// <exception cref="SqlTokenException">A string, a quoted name or a comment does not end.</exception>
    public static List<SqlToken> Tokenize(string sql)
    {
        var tokenizer = new SqlTokenizer(sql);
        var tokens = new List<SqlToken>();
        while (tokenizer.Next() is { } token)
        {
            tokens.Add(token);
        }
        return tokens;
    }

    private SqlToken? Next()
    {
        SkipBlanks();
        if (_at >= _sql.Length)
        {
            return null;
        }
        var (start, line) = (_at, _line);
        var (kind, text) = Read();
        _last = (kind, text);
        for (var i = start; i < _at; i++)
        {
            _line += _sql[i] == '\n' ? 1 : 0;
        }
        return new SqlToken(kind, text, start, _at, line);
    }

    private (SqlTokenKind Kind, string Text) Read()
    {
        var c = _sql[_at];
        return c switch
        {
            '"' => (SqlTokenKind.QuotedName, Quoted('"', "a quoted name", backslash: false)),
            '\'' => (SqlTokenKind.Literal, Raw(() => Quoted('\'', "a string", backslash: false))),
            '$' when DollarTag() is { } tag => (SqlTokenKind.Literal, Raw(() => DollarQuoted(tag))),
            ':' when Peek(1) == ':' => (SqlTokenKind.Symbol, Take(2)),
            ':' when IsWordStart(Peek(1)) => ParameterOrSliceBound(),
            _ when Peek(1) == '\'' && "eEbBxXnN".Contains(c, StringComparison.Ordinal) =>
                (SqlTokenKind.Literal, Raw(PrefixedString)),
            _ when IsWordStart(c) => (SqlTokenKind.Word, TakeWhile(IsWordPart).ToLowerInvariant()),
            _ when char.IsAsciiDigit(c) => (SqlTokenKind.Number, TakeWhile(x => IsWordPart(x) || x == '.')),
            _ => (SqlTokenKind.Symbol, Symbol()),
        };
    }

    private string Symbol()
    {
        if (_sql[_at] == '(')
        {
            _isJsonObject.Push(_last is { Kind: SqlTokenKind.Word, Text: "json_object" or "json_objectagg" });
        }
        else if (_sql[_at] == ')')
        {
            _isJsonObject.TryPop(out _);
        }
        _brackets += _sql[_at] switch { '[' => 1, ']' => -1, _ => 0 };
        return Take(1);
    }

    private string Raw(Func<string> read)
    {
        var start = _at;
        read();
        return _sql[start.._at];
    }

    private string PrefixedString()
    {
        var backslash = _sql[_at] is 'e' or 'E';
        _at++;
        return Quoted('\'', "a string", backslash);
    }

    // In a[low:high] and json_object('key': value) the colon and a name are no parameter, or no slice could be written.
    private (SqlTokenKind Kind, string Text) ParameterOrSliceBound()
    {
        var colon = _at++;
        var name = TakeWhile(IsWordPart).ToLowerInvariant();
        var isColon = _brackets > 0 || (_isJsonObject.TryPeek(out var isJson) && isJson);
        if (isColon && name != SqlParameters.Since)
        {
            _at = colon;
            return (SqlTokenKind.Symbol, Take(1));
        }
        return (SqlTokenKind.Parameter, name);
    }

    // A doubled quote stands for one.
    private string Quoted(char quote, string what, bool backslash)
    {
        var start = ++_at;
        while (_at < _sql.Length)
        {
            if (_sql[_at] == quote && Peek(1) != quote)
            {
                return _sql[start.._at++].Replace($"{quote}{quote}", $"{quote}", StringComparison.Ordinal);
            }
            _at += _sql[_at] == quote || (backslash && _sql[_at] == '\\') ? 2 : 1;
        }
        throw new SqlTokenException(_line, $"{what} that begins here does not end");
    }

    private string? DollarTag()
    {
        var end = _at + 1;
        while (end < _sql.Length && IsWordPart(_sql[end]) && _sql[end] != '$')
        {
            end++;
        }
        return end < _sql.Length && _sql[end] == '$' ? _sql[_at..(end + 1)] : null;
    }

    private string DollarQuoted(string tag)
    {
        var end = _sql.IndexOf(tag, _at + tag.Length, StringComparison.Ordinal);
        if (end < 0)
        {
            throw new SqlTokenException(_line, $"a string that begins here with {tag} does not end");
        }
        _at = end + tag.Length;
        return "";
    }

    private void SkipBlanks()
    {
        while (_at < _sql.Length)
        {
            if (char.IsWhiteSpace(_sql[_at]) || _sql[_at] == '\ufeff')
            {
                _line += _sql[_at++] == '\n' ? 1 : 0;
            }
            else if (_sql[_at] == '-' && Peek(1) == '-')
            {
                TakeWhile(c => c is not ('\n' or '\r'));
            }
            else if (_sql[_at] == '/' && Peek(1) == '*')
            {
                SkipBlockComment();
            }
            else
            {
                return;
            }
        }
    }

    private void SkipBlockComment()
    {
        var (depth, first) = (0, _line);
        do
        {
            if (_at >= _sql.Length)
            {
                throw new SqlTokenException(first, "a comment that begins here does not end");
            }
            var change = (_sql[_at], Peek(1)) switch { ('/', '*') => 1, ('*', '/') => -1, _ => 0 };
            depth += change;
            _line += _sql[_at] == '\n' ? 1 : 0;
            _at += change == 0 ? 1 : 2;
        }
        while (depth > 0);
    }

    private char Peek(int ahead) => _at + ahead < _sql.Length ? _sql[_at + ahead] : '\0';

    private string Take(int count) => _sql[_at..(_at += count)];

    private string TakeWhile(Func<char, bool> belongs)
    {
        var start = _at;
        while (_at < _sql.Length && belongs(_sql[_at]))
        {
            _at++;
        }
        return _sql[start.._at];
    }

    private static bool IsWordStart(char c) => char.IsLetter(c) || c == '_' || c > '\u007f';

    private static bool IsWordPart(char c) => IsWordStart(c) || char.IsAsciiDigit(c) || c == '$';
}
