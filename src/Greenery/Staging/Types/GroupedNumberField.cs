using System.Text;

namespace Greenery.Staging.Types;

/// <summary>A number whose digits come in groups of three: <c>1.234.567,89</c>.</summary>
internal sealed class GroupedNumberField(FieldType number, ValueFormat format) : FieldType
{
    private const int Longest = 256;

    private readonly byte[][] _also = format.AlsoThousands;

    public override string Expected =>
        $"{number.Expected}, digits in groups of three by '{Encoding.UTF8.GetString(format.Thousands)}' or in none";

    public override bool IsVariable => number.IsVariable;

    public override RowRule Write(ReadOnlySpan<byte> text, CopyBuffer page)
    {
        if (text.Length > Longest)
        {
            return number.Write(text, page);
        }
        if (_also.Length > 0 && !Ascii.IsValid(text))
        {
            Span<byte> plain = stackalloc byte[Longest];
            return WritePlain(WithPlainMarks(text, plain), page);
        }
        return WritePlain(text, page);
    }

    private RowRule WritePlain(ReadOnlySpan<byte> text, CopyBuffer page)
    {
        text = text.Trim((byte)' ');
        if (text.IndexOf(format.Thousands) < 0)
        {
            return number.Write(text, page);
        }
        Span<byte> digits = stackalloc byte[Longest];
        return TryJoin(text, digits, out var length)
            ? number.Write(digits[..length], page)
            : RowRule.Type;
    }

    private ReadOnlySpan<byte> WithPlainMarks(ReadOnlySpan<byte> text, Span<byte> target)
    {
        var length = 0;
        while (!text.IsEmpty)
        {
            var mark = 0;
            foreach (var other in _also)
            {
                mark = text.StartsWith(other) ? other.Length : mark;
            }
            target[length++] = mark > 0 ? format.Thousands[0] : text[0];
            text = text[Math.Max(1, mark)..];
        }
        return target[..length];
    }

    // The first group has one to three digits, the others three each, up to the decimal separator or the end.
    private bool TryJoin(ReadOnlySpan<byte> text, Span<byte> target, out int length)
    {
        length = 0;
        var start = text[0] is (byte)'+' or (byte)'-' ? 1 : 0;
        var end = text.IndexOf(format.Decimal);
        end = end < 0 ? text.Length : end;
        var whole = text[start..end];
        var first = whole.IndexOf(format.Thousands);
        if (first is < 1 or > 3)
        {
            return false;
        }
        text[..(start + first)].CopyTo(target);
        length = start + first;
        for (var rest = whole[first..]; !rest.IsEmpty; rest = rest[(format.Thousands.Length + 3)..])
        {
            if (!rest.StartsWith(format.Thousands) || rest.Length < format.Thousands.Length + 3)
            {
                return false;
            }
            rest.Slice(format.Thousands.Length, 3).CopyTo(target[length..]);
            length += 3;
        }
        text[end..].CopyTo(target[length..]);
        length += text.Length - end;
        return true;
    }
}
