using System.Globalization;
using Greenery.Tests.Support;

namespace Greenery.Tests;

/// <summary>When daily runs are due, also where the clocks are changed.</summary>
public sealed class ScheduleTests
{
    private const string Berlin = "Europe/Berlin";
    private const string NewYork = "America/New_York";
    private const string LordHowe = "Australia/Lord_Howe";

    [Theory]
    [InlineData("0 0 5 * * *", "2026-03-01 05:00, 2026-03-02 05:00, 2026-03-03 05:00")]
    [InlineData("0 5 * * *", "2026-03-01 05:00, 2026-03-02 05:00, 2026-03-03 05:00")]
    [InlineData("  0  0\t5 * *   * ", "2026-03-01 05:00, 2026-03-02 05:00, 2026-03-03 05:00")]
    [InlineData("30 15 4 * * 1-2", "2026-03-02 04:15:30, 2026-03-03 04:15:30")]
    [InlineData("0 30 23 2 MAR *", "2026-03-02 23:30")]
    [InlineData("0 0 */12 * * *",
        "2026-03-01 12:00, 2026-03-02 00:00, 2026-03-02 12:00, 2026-03-03 00:00, 2026-03-03 12:00")]
    public void An_expression_has_five_fields_or_six_with_the_seconds_first(string expression, string slots) =>
        Assert.Equal(slots, Between(expression, "UTC", "2026-03-01 00:00", "2026-03-03 23:00"));

    [Theory]
    [InlineData("")]
    [InlineData("05:00")]
    [InlineData("0 5 * *")]
    [InlineData("0 0 0 5 * * *")]
    [InlineData("0 0 25 * * *")]
    [InlineData("60 0 5 * * *")]
    [InlineData("0 0 5 * * MOON")]
    [InlineData("@daily")]
    public void What_is_no_expression_is_none(string text) => Assert.Null(RunSchedule.TryParse(text, TimeZoneInfo.Utc));

    [Theory]
    // The clocks go from 02:00 to 03:00: what they skip counts when they jump.
    [InlineData("0 30 2 * * *", Berlin, "2026-03-28", "2026-03-31",
        "2026-03-28 01:30, 2026-03-29 01:00, 2026-03-30 00:30")]
    [InlineData("0 30 2 * * *", NewYork, "2026-03-07", "2026-03-10",
        "2026-03-07 07:30, 2026-03-08 07:00, 2026-03-09 06:30")]
    // Half an hour, from 02:00 to 02:30.
    [InlineData("0 15 2 * * *", LordHowe, "2026-10-02", "2026-10-05",
        "2026-10-02 15:45, 2026-10-03 15:30, 2026-10-04 15:15")]
    // What is due at the jump itself, and what it skips, is one daily run.
    [InlineData("0 0 2,3 * * *", Berlin, "2026-03-29", "2026-03-29 12:00", "2026-03-29 01:00")]
    // From 03:00 back to 02:00: the first time counts.
    [InlineData("0 30 2 * * *", Berlin, "2026-10-24", "2026-10-27",
        "2026-10-24 00:30, 2026-10-25 00:30, 2026-10-26 01:30")]
    [InlineData("0 30 1 * * *", NewYork, "2026-10-31", "2026-11-03",
        "2026-10-31 05:30, 2026-11-01 05:30, 2026-11-02 06:30")]
    [InlineData("0 45 1 * * *", LordHowe, "2026-04-03", "2026-04-06",
        "2026-04-03 14:45, 2026-04-04 14:45, 2026-04-05 15:15")]
    // After the second time the hours continue.
    [InlineData("0 0 1-4 * * *", Berlin, "2026-10-24 22:00", "2026-10-25 04:00",
        "2026-10-24 23:00, 2026-10-25 00:00, 2026-10-25 02:00, 2026-10-25 03:00")]
    public void Scheduled_runs_when_the_clocks_are_changed_are_due_once_each(
        string expression, string zone, string after, string upTo, string slots) =>
        Assert.Equal(slots, Between(expression, zone, after, upTo));

    [Fact]
    public void A_scheduled_run_has_the_date_where_the_business_is()
    {
        Assert.Equal(
            ["2026-07-01", "2026-07-02"],
            Of("0 30 0 * * *", Berlin).Between(SetTime.At("2026-06-30"), SetTime.At("2026-07-02")).Select(
                scheduledRun => $"{scheduledRun.BusinessDate:yyyy-MM-dd}"));
        Assert.Equal(
            new ScheduledRun(SetTime.At("2026-07-02 03:30"), new DateOnly(2026, 7, 1)),
            Assert.Single(Of("0 30 23 * * *", NewYork).Between(SetTime.At("2026-07-02"), SetTime.At("2026-07-03"))));
    }

    [Fact]
    public void Its_beginning_is_without_and_its_end_with()
    {
        Assert.Equal("", Between("0 0 5 * * *", "UTC", "2026-03-01 05:00", "2026-03-02 04:59:59"));
        Assert.Equal("2026-03-02 05:00", Between("0 0 5 * * *", "UTC", "2026-03-01 05:00", "2026-03-02 05:00"));
        Assert.Equal("", Between("0 0 5 * * *", "UTC", "2026-03-03", "2026-03-01"));
    }

    [Theory]
    [InlineData("0 0 5 * * *", "2026-03-01 05:00", "2026-03-01 05:00", "2026-03-02 05:00")]
    [InlineData("0 0 5 * * *", "2026-03-01 04:59:59", "2026-02-28 05:00", "2026-03-01 05:00")]
    [InlineData("* * * * * *", "2026-03-01 00:00:07", "2026-03-01 00:00:07", "2026-03-01 00:00:08")]
    [InlineData("0 0 5 1 1 *", "2026-03-01", "2026-01-01 05:00", "2027-01-01 05:00")]
    [InlineData("0 0 5 * * MON", "2026-03-01", "2026-02-23 05:00", "2026-03-02 05:00")]
    [InlineData("0 0 0 31 2 *", "2026-03-01", null, null)]
    public void The_last_scheduled_run_and_the_next_are_found_however_far_they_are(
        string expression, string moment, string? last, string? next)
    {
        var schedule = Of(expression, "UTC");

        Assert.Equal((last, next),
            (Text(schedule.LastBefore(SetTime.At(moment))), Text(schedule.NextAfter(SetTime.At(moment)))));
    }

    private static string Between(string expression, string zone, string after, string upTo) =>
        string.Join(", ", Of(expression, zone).Between(SetTime.At(after), SetTime.At(upTo)).Select(Text));

    private static string? Text(ScheduledRun? scheduledRun) => scheduledRun?.At.ToString(
        scheduledRun.At.Second == 0 ? "yyyy-MM-dd HH:mm" : "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    private static RunSchedule Of(string expression, string zone) =>
        RunSchedule.TryParse(expression, TimeZoneInfo.FindSystemTimeZoneById(zone))!;
}
