using System.Net;
using System.Text.RegularExpressions;

namespace Greenery.Tests.Alerts.Rendering;

/// <summary>What the HTML of a mail may consist of, and what of it is text.</summary>
internal static partial class MailShape
{
    private static readonly string[] Tags =
        ["html", "head", "meta", "title", "style", "body", "div", "table", "tr", "td", "th", "h1", "h2", "b", "span",
            "br", "wbr", "a"];

    private static readonly string[] Attributes =
    [
        "align", "aria-label", "bgcolor", "border", "cellpadding", "cellspacing", "charset", "class", "colspan",
        "content", "height", "href",
        "lang", "name", "role", "scope", "style", "valign", "width",
    ];

    public static void Verify(string html)
    {
        var open = new Stack<string>();
        foreach (Match tag in Tag().Matches(Comment().Replace(html, "")))
        {
            Assert.Contains(tag.Groups["name"].Value, Tags);
            Assert.Equal("", tag.Groups["odd"].Value);
            Assert.All(Attribute().Matches(tag.Groups["rest"].Value), attribute =>
                Assert.Contains(attribute.Groups[1].Value, Attributes));
            Follow(open, tag);
        }
        Assert.Empty(open);
        Assert.All(Href().Matches(html), link => Assert.Matches("^https?://", link.Groups[1].Value));
        Assert.DoesNotMatch("display:\\s*(flex|grid)|position:|url\\(|@import", html);
    }

    /// <summary>What a reader sees, and the preheader.</summary>
    public static string TextOf(string html) =>
        WebUtility.HtmlDecode(Tag().Replace(html.Replace("<wbr>", "", StringComparison.Ordinal), "\n"));

    private static void Follow(Stack<string> open, Match tag)
    {
        var name = tag.Groups["name"].Value;
        if (name is "meta" or "br" or "wbr")
        {
            return;
        }
        if (tag.Value.StartsWith("</", StringComparison.Ordinal))
        {
            Assert.Equal(name, open.Pop());
            return;
        }
        open.Push(name);
    }

    // Every < of the markup must begin one of these: a value cannot have brought one in.
    [GeneratedRegex(@"<(?!!doctype html>)/?(?<name>[a-z0-9]*)(?<rest>(?:\s+[a-z-]+=""[^""<>]*"")*)(?<odd>[^>]*)>?")]
    private static partial Regex Tag();

    [GeneratedRegex(@"([a-z-]+)=""")]
    private static partial Regex Attribute();

    [GeneratedRegex(@"<!--\[if mso\]>.*?<!\[endif\]-->", RegexOptions.Singleline)]
    private static partial Regex Comment();

    [GeneratedRegex(@"href=""([^""]*)""")]
    private static partial Regex Href();
}
