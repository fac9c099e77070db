using Greenery.Tests.Support;

namespace Greenery.Tests.Docs;

/// <summary>Examples of .yml and .sql files are read by the real readers, in the project they extend.</summary>
public sealed class ExampleTests
{
    [Fact]
    public void Examples_are_right_together()
    {
        using var project = ProjectCopy.OfRepository();
        foreach (var (file, text) in Files("yaml", "# "))
        {
            project.Append(file, text.Replace("models:\n", "", StringComparison.Ordinal));
        }
        foreach (var (file, text) in Files("sql", "-- "))
        {
            project.Write(file, text);
        }

        Assert.Empty(project.Refusals());
    }

    [Fact]
    public void Each_yaml_example_says_which_file_it_extends() => Assert.Equal(
        MarkdownPage.All.Sum(page => page.Blocks("yaml").Count), Files("yaml", "# ").Count);

    [Fact]
    public void Projects_that_commands_name_are_there() => Assert.All(
        MarkdownPage.All.SelectMany(page => page.Projects),
        project => Assert.True(Directory.Exists(Path.Combine(Repository.Top, project)), $"There is no {project}."));

    // The first line is a comment with the file: sql/marketing/marketing.yml.
    private static IReadOnlyList<(string File, string Text)> Files(string language, string comment) =>
    [
        .. MarkdownPage.All.SelectMany(page => page.Blocks(language))
            .Select(block => block.Split('\n', 2))
            .Where(block => block[0].StartsWith($"{comment}sql/", StringComparison.Ordinal))
            .Select(block => (block[0][$"{comment}sql/".Length..], block[1])),
    ];
}
