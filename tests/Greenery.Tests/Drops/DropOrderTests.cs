using Greenery.Drops;

namespace Greenery.Tests.Drops;

public sealed class DropOrderTests
{
    [Theory]
    [InlineData("things-9.csv", "things-10.csv")]
    [InlineData("things-009.csv", "things-10.csv")]
    [InlineData("Things-9.csv", "things-10.csv")]
    [InlineData("things-9.csv", "THINGS-10.CSV")]
    [InlineData("things-0.csv", "things-1.csv")]
    [InlineData("things-2-10.csv", "things-10-2.csv")]
    [InlineData("things-part9-of-12.csv.gz", "things-part12-of-12.csv.gz")]
    [InlineData("things-a.csv", "things-b.csv")]
    [InlineData("things-99999999999999999999999999999999999.csv", "things-100000000000000000000000000000000000.csv")]
    [InlineData("things-20261120T235959.csv", "things-20261121T000000.csv")]
    public void Numbers_compare_by_value_and_letters_without_their_case(string earlier, string later) =>
        Assert.True(string.CompareOrdinal(
            DropOrder.KeyOf($"2026-11-20/{earlier}"), DropOrder.KeyOf($"2026-11-20/{later}")) < 0);

    [Theory]
    [InlineData("things-1.csv", "things-01.csv")]
    [InlineData("things-1.csv", "Things-1.csv")]
    [InlineData("things-0.csv", "things-00.csv")]
    public void Two_paths_never_have_one_place(string one, string other) =>
        Assert.NotEqual(DropOrder.KeyOf(one), DropOrder.KeyOf(other));
}
