namespace Greenery.Sources;

/// <summary>Reads <c>config: csv</c>; what a table does not say is as its source says.</summary>
internal static class CsvOptionsReader
{
    public static CsvOptions Read(PropertyMap? map, CsvOptions defaults)
    {
        if (map is null)
        {
            return defaults;
        }
        var options = defaults with
        {
            Delimiter = Character(map, "delimiter") ?? defaults.Delimiter,
            Quote = map.Text("quote") is "none" ? null : Character(map, "quote") ?? defaults.Quote,
            Decimal = Character(map, "decimal") ?? defaults.Decimal,
            Thousands = Character(map, "thousands", isAscii: false) ?? defaults.Thousands,
            Encoding = Encoding(map) ?? defaults.Encoding,
            HasHeader = map.Flag("header", defaults.HasHeader),
            DateFormat = DateFormat(map) ?? defaults.DateFormat,
            IsTrimmed = map.Flag("trim", defaults.IsTrimmed),
            KeepsEmptyText = EmptyText(map) ?? defaults.KeepsEmptyText,
        };
        map.Finish();
        Verify(map, options);
        return options;
    }

    private static char? Character(PropertyMap map, string key, bool isAscii = true)
    {
        var text = map.Text(key) switch { "tab" or "\\t" => "\t", "space" => " ", var other => other };
        if (text is null || (text is [var only] && (!isAscii || only < 128) && only is not ('\n' or '\r' or '\0')))
        {
            return text?[0];
        }
        map.Refuse(
            $"'{key}: {text}' is no character; expected one{(isAscii ? " of ASCII" : "")}, or the word tab or space.");
        return null;
    }

    private static string? Encoding(PropertyMap map)
    {
        var name = map.Text("encoding")?.ToLowerInvariant();
        if (name is null || FileEncodings.IsKnown(name))
        {
            return name;
        }
        map.Refuse($"unknown encoding '{name}'; expected {FileEncodings.Known}."
            + Suggestion.Sentence(name, FileEncodings.Known.Split(", ")));
        return null;
    }

    private static DateLayout? DateFormat(PropertyMap map)
    {
        if (map.Text("date_format") is not { } text)
        {
            return null;
        }
        var layout = DateLayout.TryParse(text);
        if (layout is null)
        {
            map.Refuse($"'date_format: {text}' is no form of a date; expected {DateLayout.Known}.");
        }
        return layout;
    }

    private static bool? EmptyText(PropertyMap map)
    {
        var text = map.Text("empty_text");
        if (text is not (null or "keep" or "null"))
        {
            map.Refuse($"'empty_text: {text}' is unknown; expected keep or null.");
        }
        return text is null ? null : text == "keep";
    }

    private static void Verify(PropertyMap map, CsvOptions options)
    {
        var marks = new[] { options.Delimiter, options.Quote }.OfType<char>().ToArray();
        if (marks.Distinct().Count() < marks.Length)
        {
            map.Refuse($"has '{options.Delimiter}' for delimiter and quote; expected different characters.");
        }
        if (options.Thousands is { } thousands && thousands == (options.Decimal ?? '.'))
        {
            map.Refuse(
                $"has '{thousands}' for thousands and decimal; expected different characters. A decimal that is not "
                + "named is a point.");
        }
        if (marks.Append(options.Decimal ?? '.').Any(char.IsAsciiLetterOrDigit))
        {
            map.Refuse("has a letter or digit for delimiter, quote or decimal; expected another character.");
        }
    }
}
