using FsCheck;
using FsCheck.Fluent;
using Greenery.Tests.Support;

namespace Greenery.Tests;

/// <summary>What holds for daily runs of any schedule in any zone, however the clocks are changed.</summary>
public sealed class ScheduleLawTests
{
    // Days on which clocks of some of the zones are changed, and one on which none is.
    private static readonly string[] Days =
        ["2026-03-08", "2026-03-29", "2026-04-04", "2026-10-03", "2026-10-25", "2026-11-01", "2026-02-14", "2026-03-21",
            "2026-06-15"];

    private static readonly string[] Zones =
    [
        "Europe/Berlin", "Europe/Dublin", "America/New_York", "Australia/Lord_Howe", "America/St_Johns",
        "Africa/Casablanca",
        "Antarctica/Troll", "Asia/Kathmandu", "UTC",
    ];

    private static readonly Gen<Case> Cases =
        from zone in Gen.Elements(Zones)
        from day in Gen.Elements(Days)
        from hours in Gen.Choose(0, 23).NonEmptyListOf()
        from minutes in Gen.Elements(0, 1, 15, 29, 30, 45, 59).NonEmptyListOf()
        from begin in Gen.Choose(-36 * 60, 36 * 60)
        from first in Gen.Choose(0, 30 * 60)
        from second in Gen.Choose(0, 30 * 60)
        select new Case(zone, day, [.. hours.Distinct()], [.. minutes.Distinct()], begin, first, second);

    [Fact]
    public void Scheduled_runs_of_two_spans_are_those_of_both_in_order_and_none_twice() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(300),
        Prop.ForAll(Cases.ToArbitrary(), one =>
        {
            var (whole, halves) =
                (one.Between(one.A, one.C), one.Between(one.A, one.B).Concat(one.Between(one.B, one.C)));
            return whole.SequenceEqual(halves)
                && whole.Zip(whole.Skip(1)).All(pair => pair.First.At < pair.Second.At)
                && whole.All(scheduledRun =>
                scheduledRun.At > one.A && scheduledRun.At <= one.C && scheduledRun.At.Offset == TimeSpan.Zero);
        }));

    [Fact]
    public void A_scheduled_run_is_due_when_the_clock_on_the_wall_first_shows_its_time_or_jumps_over_it() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(200),
        Prop.ForAll(Cases.ToArbitrary(), one =>
            one.Between(one.A, one.C).Select(scheduledRun => scheduledRun.At).SequenceEqual(one.OnTheWall())));

    [Fact]
    public void The_next_scheduled_run_and_the_last_one_are_the_ends_of_what_lies_between() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(100),
        Prop.ForAll(Cases.ToArbitrary(), one =>
        {
            var (next, last) = (one.Schedule.NextAfter(one.A)!, one.Schedule.LastBefore(one.A)!);
            return last.At <= one.A && one.A < next.At && one.Between(last.At, next.At).SequenceEqual([next]);
        }));

    internal sealed record Case(string Zone, string Day, int[] Hours, int[] Minutes, int Begin, int First, int Second)
    {
        public DateTimeOffset A => SetTime.At(Day).AddMinutes(Begin);

        public DateTimeOffset B => A.AddMinutes(First);

        public DateTimeOffset C => B.AddMinutes(Second);

        public RunSchedule Schedule => RunSchedule.TryParse(
            $"0 {string.Join(',', Minutes)} {string.Join(',', Hours)} * * *",
            TimeZoneInfo.FindSystemTimeZoneById(Zone))!;

        public List<ScheduledRun> Between(DateTimeOffset after, DateTimeOffset upTo) =>
            [.. Schedule.Between(after, upTo)];

        /// <summary>Looks at a clock of the zone every minute: the daily runs between A and C.</summary>
        public List<DateTimeOffset> OnTheWall()
        {
            var due = new List<DateTimeOffset>();
            var seen = DateTime.MinValue;
            for (var now = A.AddDays(-1); now <= C; now = now.AddMinutes(1))
            {
                var shown = TimeZoneInfo.ConvertTime(now, TimeZoneInfo.FindSystemTimeZoneById(Zone)).DateTime;
                if (now > A && IsTimeBetween(seen, shown))
                {
                    due.Add(now);
                }
                seen = shown > seen ? shown : seen;
            }
            return due;
        }

        private bool IsTimeBetween(DateTime seen, DateTime shown)
        {
            for (var time = seen.AddMinutes(1); time <= shown; time = time.AddMinutes(1))
            {
                if (Hours.Contains(time.Hour) && Minutes.Contains(time.Minute))
                {
                    return true;
                }
            }
            return false;
        }
    }
}
