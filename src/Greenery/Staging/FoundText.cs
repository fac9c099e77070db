using System.Text;

namespace Greenery.Staging;

/// <summary>
/// What a message says was found in a file. Text of a file gets into it only together with the word whether it may be
/// personal: messages are masked here, where they are made, and nowhere after.
/// </summary>
internal readonly record struct FoundText
{
    private readonly string _shown;

    private FoundText(string shown) => _shown = shown;

    /// <summary>A value or a part of a file in quotes, shortened; the mask where it may be personal.</summary>
    /// <param name="bytes">As in the file.</param>
    /// <param name="isPersonal">
    /// Whether the column of the value is personal. For what belongs to no single column, such as a whole line, whether
    /// the table has any personal column.
    /// </param>
    public static FoundText Quoted(ReadOnlySpan<byte> bytes, bool isPersonal) =>
        new(isPersonal ? ReadableText.PiiMask : ReadableText.Quote(bytes));

    /// <summary>A name of a column or key without quotes, shortened; the mask where it may be personal.</summary>
    /// <param name="name">As in the file.</param>
    /// <param name="isPersonal">Whether the contract does not know it, and the table has personal columns.</param>
    public static FoundText Name(string name, bool isPersonal) =>
        new(isPersonal ? ReadableText.PiiMask : ReadableText.Shorten(Encoding.UTF8.GetBytes(name)));

    /// <summary>Our own words, such as a count or a kind; nothing in them is text of a file.</summary>
    public static FoundText Words(string words) => new(words);

    /// <summary>The same, and our own words after it.</summary>
    public FoundText With(string words) => new(_shown + words);

    /// <summary>The same, and something else that was found after it.</summary>
    public FoundText With(FoundText found) => new(_shown + found._shown);

    public override string ToString() => _shown;
}
