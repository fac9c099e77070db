using System.Globalization;

namespace Greenery.Staging.Types;

/// <summary><c>varchar(n)</c>: text of at most so many characters. A longer one is not cut.</summary>
/// <param name="most">Characters, as PostgreSQL counts them: Unicode code points.</param>
internal sealed class VarcharField(int most) : FieldType
{
    public override string Expected =>
        string.Create(CultureInfo.InvariantCulture, $"varchar({most}): text of at most {most} characters");

    public override bool HasEmptyValue => true;

    public override bool IsVariable => true;

    public override RowRule Write(ReadOnlySpan<byte> text, CopyBuffer page)
    {
        var rule = TextField.Check(text);
        if (rule == RowRule.None && text.Length > most && Characters(text) > most)
        {
            return RowRule.Range;
        }
        if (rule == RowRule.None)
        {
            page.WriteField(text);
        }
        return rule;
    }

    // Every byte but those that continue a character.
    private static int Characters(ReadOnlySpan<byte> text)
    {
        var count = 0;
        foreach (var part in text)
        {
            count += (part & 0xC0) == 0x80 ? 0 : 1;
        }
        return count;
    }
}
