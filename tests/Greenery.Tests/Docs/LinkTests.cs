using Greenery.Tests.Support;

namespace Greenery.Tests.Docs;

/// <summary>Links between the pages and to files lead somewhere, headings included.</summary>
public sealed class LinkTests
{
    public static TheoryData<string> Pages => [.. MarkdownPage.All.Select(page => page.Path)];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Its_links_lead_somewhere(string page)
    {
        var source = new MarkdownPage(page);

        Assert.All(source.Links, link =>
        {
            var parts = link.Split('#');
            var target = parts[0].Length == 0 ? page : Relative(page, parts[0]);
            Assert.True(Path.Exists(Path.Combine(Repository.Top, target)), $"{page}: there is no {link}.");
            Assert.All(parts[1..], anchor => Assert.Contains(anchor, new MarkdownPage(target).Anchors));
        });
    }

    [Fact]
    public void The_README_links_to_each_page_of_docs() => Assert.Empty(
        MarkdownPage.All.Select(page => page.Path).Where(path => path.StartsWith("docs/", StringComparison.Ordinal))
            .Except(new MarkdownPage("README.md").Links));

    private static string Relative(string page, string link) => Path.GetRelativePath(
        Repository.Top, Path.Combine(Repository.Top, Path.GetDirectoryName(page)!, link));
}
