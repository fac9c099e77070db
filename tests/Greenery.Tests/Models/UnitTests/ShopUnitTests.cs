using Greenery.Models.UnitTests;
using Greenery.Runs;
using Greenery.Tests.Support;

namespace Greenery.Tests.Models.UnitTests;

/// <summary>The shop's unit tests (<c>sql/*/unit_tests.yml</c>), on a database without data.</summary>
public sealed class ShopUnitTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static readonly Project Shop = Project.Read(Repository.SqlFolder);

    [Fact]
    public async Task The_shops_models_return_what_they_expect()
    {
        await Shop.ValidateAsync(database.Warehouse, default);

        var results = await new UnitTestRunner(database.Warehouse, Shop.Catalogue)
            .RunAsync(Shop.Catalogue.UnitTests, default);

        Assert.Equal(Shop.Catalogue.UnitTests.Count, results.Count);
        Assert.Empty(results.Where(result => !result.IsPassed).SelectMany(result => Describe(result)));
    }

    [Fact]
    public void Every_model_of_the_shop_has_one() => Assert.Empty(
        Shop.Catalogue.Models.Select(model => model.Name)
            .Except(Shop.Catalogue.UnitTests.Select(test => test.Model.Name)));

    private static IEnumerable<string> Describe(UnitTestResult result) => result.Difference is not { } difference
        ? [$"{result.Test}: {result.Error}"]
        :
        [
            .. difference.Missing.Select(row => $"{result.Test}: missing {row}"),
            .. difference.Unexpected.Select(row => $"{result.Test}: unexpected {row}"),
            .. difference.Changed.SelectMany(row => row.Values.Select(value =>
                $"{result.Test}: {row.Row} {value.Column} is {value.Found}, expected {value.Expected}")),
        ];
}
