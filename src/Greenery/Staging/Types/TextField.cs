using System.Text.Unicode;

namespace Greenery.Staging.Types;

/// <summary><c>text</c>: any valid UTF-8 without NUL, byte for byte.</summary>
internal sealed class TextField : FieldType
{
    public override string Expected => "text in UTF-8 without the character 0";

    public override bool HasEmptyValue => true;

    public override bool IsVariable => true;

    public override RowRule Write(ReadOnlySpan<byte> text, CopyBuffer page)
    {
        var rule = Check(text);
        if (rule == RowRule.None)
        {
            page.WriteField(text);
        }
        return rule;
    }

    /// <summary>Whether PostgreSQL can hold the text.</summary>
    public static RowRule Check(ReadOnlySpan<byte> text)
    {
        if (!Utf8.IsValid(text))
        {
            return RowRule.Encoding;
        }
        return text.Contains((byte)0) ? RowRule.Nul : RowRule.None;
    }
}
