using FsCheck;
using FsCheck.Fluent;
using Greenery.Alerts.Routing;
using Greenery.Presentation;

namespace Greenery.Tests.Alerts;

/// <summary>When quiet hours end, also in the daily runs when clocks are changed.</summary>
public sealed class QuietHoursTests
{
    private static readonly LocalTime Berlin = new(TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin"));

    private static readonly QuietHours Overnight = new(new TimeOnly(20, 0), new TimeOnly(7, 0));

    [Theory]
    [InlineData("2026-11-24T19:30:00Z", "2026-11-25T06:00:00Z")]
    [InlineData("2026-11-24T19:00:00Z", "2026-11-25T06:00:00Z")]
    [InlineData("2026-11-24T18:59:00Z", "2026-11-24T18:59:00Z")]
    [InlineData("2026-11-25T05:59:00Z", "2026-11-25T06:00:00Z")]
    [InlineData("2026-11-25T06:00:00Z", "2026-11-25T06:00:00Z")]
    // The clocks go forward on 29 March: 07:00 is an hour sooner; and back on 25 October: an hour later.
    [InlineData("2026-03-28T22:00:00Z", "2026-03-29T05:00:00Z")]
    [InlineData("2026-10-24T22:00:00Z", "2026-10-25T06:00:00Z")]
    public void They_end_by_the_clock_on_the_wall(string now, string end) =>
        Assert.Equal(Utc(end), Overnight.EndAt(Utc(now), Berlin));

    [Fact]
    public void An_end_that_the_clocks_skip_is_the_moment_they_jump() =>
        Assert.Equal(Utc("2026-03-29T01:00:00Z"), new QuietHours(new TimeOnly(22, 0), new TimeOnly(2, 30))
            .EndAt(Utc("2026-03-28T23:00:00Z"), Berlin));

    [Fact]
    public void An_end_that_comes_twice_is_the_first() =>
        Assert.Equal(Utc("2026-10-25T00:30:00Z"), new QuietHours(new TimeOnly(22, 0), new TimeOnly(2, 30))
            .EndAt(Utc("2026-10-24T23:00:00Z"), Berlin));

    [Fact]
    public void Whatever_the_hours_and_the_moment_they_end_within_a_day_and_after_them_all_is_loud()
    {
        string[] zones = ["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"];
        var cases =
            from zone in Gen.Elements(zones)
            from moment in Gen.Choose(0, 366 * 24 * 60)
            from start in Gen.Choose(0, 24 * 60 - 1)
            from length in Gen.Choose(1, 24 * 60 - 1)
            select (zone, moment, start, length);
        Prop.ForAll(cases.ToArbitrary(), one =>
        {
            var local = new LocalTime(TimeZoneInfo.FindSystemTimeZoneById(one.zone));
            var from = new TimeOnly(one.start / 60, one.start % 60);
            var quiet = new QuietHours(from, from.AddMinutes(one.length));
            var now = Utc("2026-01-01T00:00:00Z").AddMinutes(one.moment);
            var end = quiet.EndAt(now, local);
            // A day with two of its hours is 25 hours long.
            Assert.InRange(end - now, TimeSpan.Zero, TimeSpan.FromHours(25));
            Assert.Equal(DateTimeKind.Utc, end.Kind);
            if (end != now && !local.Zone.IsAmbiguousTime(local.Of(end)))
            {
                Assert.Equal(end, quiet.EndAt(end, local));
            }
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData("20:00-07:00", true)]
    [InlineData(" 20:00 - 07:00 ", true)]
    [InlineData("07:00-07:00", false)]
    [InlineData("24:00-07:00", false)]
    [InlineData("20:00", false)]
    [InlineData("", false)]
    public void They_are_two_times(string text, bool isRight) =>
        Assert.Equal(isRight, QuietHours.TryParse(text, out _));

    private static DateTime Utc(string text) =>
        DateTime.Parse(text, System.Globalization.CultureInfo.InvariantCulture).ToUniversalTime();
}
