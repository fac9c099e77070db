using Greenery.Models;
using Greenery.Tests.Support;

namespace Greenery.Tests.Models;

/// <summary>Which models <c>--select</c> chooses.</summary>
public sealed class ModelSelectionTests : IDisposable
{
    private readonly ProjectFolder _folder = new(
        ("core/a.sql", "select * from users"),
        ("core/b.sql", "select * from a"),
        ("core/c.sql", "select * from orders"),
        ("marketing/d.sql", "select * from b cross join c"),
        ("marketing/e.sql", "select * from d"));

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("", "a b c d e")]
    [InlineData("b", "b")]
    [InlineData("core.b", "b")]
    [InlineData("b+", "b d e")]
    [InlineData("+b", "a b")]
    [InlineData("+core.b+", "a b d e")]
    [InlineData("+d", "a b c d")]
    [InlineData("e a", "a e")]
    [InlineData("+b c+", "a b c d e")]
    public void Selectors_choose_models_in_the_order_of_building(string selectors, string models) =>
        Assert.Equal(models, string.Join(' ', Of(selectors.Split(' ', StringSplitOptions.RemoveEmptyEntries))));

    [Theory]
    [InlineData("+")]
    [InlineData("")]
    [InlineData("1+b")]
    [InlineData("tag:daily")]
    [InlineData("a,b")]
    [InlineData("core.*")]
    [InlineData("bb+")]
    public void What_names_no_model_is_refused(string selector) =>
        Assert.StartsWith($"--select: '", Assert.Throws<ConfigurationException>(() => Of([selector])).Message,
            StringComparison.Ordinal);

    private IEnumerable<string> Of(string[] selectors) =>
        ModelSelection.Of(_folder.Catalogue(), selectors).Select(model => model.Name);
}
