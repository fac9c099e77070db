using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace Greenery.Alerts.Rendering;

/// <summary>
/// Markup. It is made by interpolation only, and that encodes every text put into it: <c>Html cell =
/// $"&lt;td&gt;{name}&lt;/td&gt;"</c>. So no value of the data can become markup, wherever it is forgotten to think of
/// it.
/// </summary>
[InterpolatedStringHandler]
internal sealed class Html(int literalLength, int formattedCount)
{
    // All of Unicode as it is: entities for every Chinese letter would eat the 100 KB a mail may have.
    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    private readonly StringBuilder _markup = new(literalLength + (16 * formattedCount));

    public static Html Empty { get; } = $"";

    /// <summary>
    /// A text that may go on in the next line after an underscore or a dot, as names of checks and tables are long.
    /// </summary>
    public static Html Breakable(string text)
    {
        Html markup = $"";
        var start = 0;
        for (var end = text.IndexOfAny(['_', '.']) + 1; end > start; end = text.IndexOfAny(['_', '.'], start) + 1)
        {
            markup.AppendFormatted(text[start..end]);
            markup.AppendLiteral("<wbr>");
            start = end;
        }
        markup.AppendFormatted(text[start..]);
        return markup;
    }

    public void AppendLiteral(string markup) => _markup.Append(markup);

    public void AppendFormatted(string text) => _markup.Append(Encoder.Encode(text));

    public void AppendFormatted(int number) => _markup.Append(CultureInfo.InvariantCulture, $"{number}");

    public void AppendFormatted(Html html) => _markup.Append(html._markup);

    public void AppendFormatted(IEnumerable<Html> parts)
    {
        foreach (var part in parts)
        {
            AppendFormatted(part);
        }
    }

    public override string ToString() => _markup.ToString();
}
