using Greenery.Checks;

namespace Greenery.Tests.Checks;

/// <summary>What a day is compared with, and how far it may be from it.</summary>
public sealed class UsualBandTests
{
    // A Monday.
    private static readonly DateOnly Today = new(2021, 3, 1);

    private static readonly UsualRange Amount = new(UsualScale.Amount, 0.5, 28, 6);

    private static readonly UsualRange Share = new(UsualScale.Share, 0.5, 28, 6);

    [Theory]
    [InlineData(6, false)]
    [InlineData(7, true)]
    public void Nothing_is_judged_before_a_week_is_known(int days, bool isJudged) =>
        Assert.Equal(isJudged, Find(Days(days, _ => 100), 5, Amount) is not null);

    [Fact]
    public void A_weekly_number_needs_three_of_them()
    {
        var weekly = Days(21, _ => 100).Where(day => day.Day.DayOfWeek == DayOfWeek.Monday).ToList();

        Assert.NotNull(Find(weekly, 5, Amount));
        Assert.Null(Find(weekly[1..], 5, Amount));
    }

    [Fact]
    public void A_day_is_compared_with_the_same_weekday_once_there_are_three_of_it()
    {
        var days = Days(28, day => day.DayOfWeek == DayOfWeek.Monday ? 1000 : 100);

        var band = Find(days, 100, Amount)!;

        Assert.Equal((1000, "4 Mondays"), (band.Usual, band.Basis));
        Assert.False(band.Holds(100));
        Assert.True(band.Holds(1000));
        Assert.Equal("13 days", Find(days[^13..], 100, Amount)!.Basis);
    }

    [Fact]
    public void A_weekday_that_was_seen_once_or_twice_may_be_as_it_was()
    {
        var sunday = Today.AddDays(-1);
        var days = Days(13, day => day.DayOfWeek == DayOfWeek.Sunday ? 0 : 100).Where(day => day.Day < sunday).ToList();

        Assert.True(UsualBand.Find(days, new DayValue(sunday, 0, 0), Amount)!.Holds(0));
        Assert.False(UsualBand.Find(days, new DayValue(sunday.AddDays(-1), 0, 0), Amount)!.Holds(0));
    }

    [Theory]
    [InlineData(500, true)]
    [InlineData(499, false)]
    [InlineData(2000, true)]
    [InlineData(2001, false)]
    public void A_steady_amount_may_halve_and_double(double found, bool isUsual) =>
        Assert.Equal(isUsual, Find(Days(28, _ => 1000), found, Amount)!.Holds(found));

    [Fact]
    public void An_amount_that_always_varies_may_vary()
    {
        var random = new Random(1);
        var days = Days(28, _ => 1000 * Math.Exp((2 * random.NextDouble()) - 1));

        Assert.True(Find(days, 150, Amount)!.Holds(150));
        Assert.False(Find(Days(28, _ => 1000), 150, Amount)!.Holds(150));
    }

    [Fact]
    public void Bad_days_among_those_compared_with_move_nothing()
    {
        var good = Find(Days(28, _ => 1000), 100, Amount)!;

        var bad = Find(Days(28, day => day.DayNumber % 5 == 0 ? 1_000_000 : 1000), 100, Amount)!;

        Assert.Equal((good.Usual, good.Low, good.High), (bad.Usual, bad.Low, bad.High));
    }

    [Theory]
    [InlineData(3, 0, true)]
    [InlineData(40, 0, false)]
    [InlineData(0, 8, true)]
    [InlineData(0, 20, false)]
    public void What_chance_does_to_few_rows_is_usual(double usual, double found, bool isUsual) =>
        Assert.Equal(isUsual, Find(Days(28, _ => usual), found, Amount)!.Holds(found));

    [Theory]
    [InlineData(0.07, 0.0, 900, false)]
    [InlineData(0.07, 0.05, 900, true)]
    [InlineData(0.07, 0.0, 30, true)]
    [InlineData(0.0, 1.0, 900, false)]
    [InlineData(0.0, 0.009, 900, true)]
    [InlineData(0.0, 0.05, 900, false)]
    [InlineData(1.0, 0.0, 900, false)]
    [InlineData(0.5, 0.3, 900, true)]
    [InlineData(0.5, 0.2, 900, false)]
    public void A_share_is_judged_by_its_rows(double usual, double found, double rows, bool isUsual)
    {
        var days = Days(28, _ => usual * rows, rows);

        var band = UsualBand.Find(days, new DayValue(Today, found * rows, rows), Share)!;

        Assert.Equal(isUsual, band.Holds(found));
    }

    [Fact]
    public void Days_after_it_and_long_before_it_do_not_count()
    {
        var days = Days(60, day => day < Today.AddDays(-28) ? 9 : 1000)
            .Append(new DayValue(Today.AddDays(1), 9, 9)).ToList();

        Assert.Equal((500, 2000), (Find(days, 1, Amount)!.Low, Find(days, 1, Amount)!.High));
    }

    [Fact]
    public void Sums_may_be_negative()
    {
        var band = Find(Days(28, _ => -1000), 5, Amount)!;

        Assert.True(band.Holds(-1900));
        Assert.False(band.Holds(1000));
        Assert.False(band.Holds(-100_000));
    }

    private static UsualBand? Find(IReadOnlyList<DayValue> days, double found, UsualRange range) =>
        UsualBand.Find(days, new DayValue(Today, found, Math.Abs(found)), range);

    private static List<DayValue> Days(int days, Func<DateOnly, double> value, double? rows = null) =>
    [
        .. Enumerable.Range(1, days).Reverse().Select(ago => Today.AddDays(-ago))
            .Select(day => (day, Value: value(day)))
            .Select(x => new DayValue(x.day, x.Value, rows ?? Math.Abs(x.Value))),
    ];
}
