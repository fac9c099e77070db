namespace Greenery.Staging.Types;

/// <summary>
/// A number of a file in which <c>1.234</c> may be 1234, as in countries with a decimal comma: only numbers that are
/// the same in both readings are taken.
/// </summary>
internal sealed class UnsureNumberField(FieldType number) : FieldType
{
    private const int Group = 3;

    public override string Expected =>
        $"{number.Expected}; in a file with semicolons 1.234 may be 1234, so say config: {{csv: {{decimal: \".\"}}}} "
        + "or \",\" in the contract";

    public override bool IsVariable => number.IsVariable;

    public override RowRule Write(ReadOnlySpan<byte> text, CopyBuffer page) =>
        MayBeGroups(text.Trim((byte)' ')) ? RowRule.Type : number.Write(text, page);

    // One to three digits, a point, three digits.
    private static bool MayBeGroups(ReadOnlySpan<byte> text)
    {
        var point = text.IndexOf((byte)'.');
        if (point < 0 || text.Length - point - 1 != Group)
        {
            return false;
        }
        var whole = text[..point].TrimStart("+-"u8);
        return whole.Length is >= 1 and <= Group && whole[0] != '0';
    }
}
