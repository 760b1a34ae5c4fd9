using System.CommandLine;
using PaxosShard.Programs;
using PaxosShard.Replica.Node.Faults;
using PaxosShard.Wire;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Replica.Hosting;

/// <summary>The options that make a replica commit faults on purpose, for drills; without them it commits none.</summary>
internal sealed class DrillOptions
{
    private readonly Option<long> _skipSlot = new Option<long>("--skip-slot") { Description = "Drill: as primary, do not send the first proposal of this slot", HelpName = "N" }.AtLeast(1L);
    private readonly Option<double> _drop = new Option<double>("--drop") { Description = "Drill: lose frames with this probability, 0 to 1", HelpName = "P" }.Within(0.0, 1.0);
    private readonly Option<bool> _cutBySignal = new("--cut-by-signal") { Description = "Drill: lose every frame from SIGUSR1 on until SIGUSR2" };
    private readonly Option<long> _killAfter = new Option<long>("--kill-after") { Description = "Drill: die, as by SIGKILL, after this many executed slots", HelpName = "N" }.AtLeast(1L);

    private readonly Option<string?> _crashAt = new("--crash-at")
    {
        Description = "Drill: as primary, die, as by SIGKILL, when an entry with one of these commands was executed and nobody knows of it yet: adopt-configuration,serve-arcs or the like", HelpName = "COMMANDS",
    };

    private readonly Option<string?> _crashBefore = new("--crash-before")
    {
        Description = "Drill: die, as by SIGKILL, just before one of these steps of a snapshot or its transfer: snapshot-write,piece-send or the like", HelpName = "STEPS",
    };

    private readonly Option<string?> _crashDirectory = new("--crash-dir")
    {
        Description = "Drill: with --crash-at and --crash-before, only while a file of the command's or step's name is in this directory, and take it away: of all that look there one dies; a number in the file of a step lets so many pass", HelpName = "DIR",
    };

    private readonly Option<string> _clockOffset = new("--clock-offset")
    {
        Description = "Drill: take the wall clock for wrong by so much: 90s, 15m, 12h, 365d, or -365d", HelpName = "T",
        DefaultValueFactory = _ => "0",
    };

    private readonly Option<string> _clockJump = new("--clock-jump")
    {
        Description = "Drill: let the wall clock jump by so much and back, again and again; written as --clock-offset", HelpName = "T",
        DefaultValueFactory = _ => "0",
    };

    private readonly Option<int> _clockJumpMilliseconds = new Option<int>("--clock-jump-ms")
    {
        Description = "Drill: milliseconds between two jumps", HelpName = "N",
        DefaultValueFactory = _ => (int)new FaultOptions().ClockJumpEvery.TotalMilliseconds,
    }.AtLeast(1);

    /// <summary>Adds them to a verb.</summary>
    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[_skipSlot, _drop, _cutBySignal, _killAfter, _crashAt, _crashBefore, _crashDirectory, _clockOffset, _clockJump, _clockJumpMilliseconds])
            command.Options.Add(option);
    }

    /// <summary>The faults that a command line asks for.</summary>
    /// <param name="parsed">The command line.</param>
    /// <exception cref="InvalidOptionsException">A word is no time, or no kind of command.</exception>
    public FaultOptions Of(ParseResult parsed) => new()
    {
        SkipSlot = new Slot(parsed.GetValue(_skipSlot)),
        DropProbability = parsed.GetValue(_drop),
        Cut = parsed.GetValue(_cutBySignal) ? new CutSwitch() : null,
        KillAfterSlots = parsed.GetValue(_killAfter),
        CrashAt = parsed.GetValue(_crashAt) is { } names ? CommandNames.Parse(names.Split(','), _crashAt.Name) : new Dictionary<byte, string>(),
        CrashBefore = (parsed.GetValue(_crashBefore)?.Split(',') ?? []).Select(KnownStep).ToHashSet(StringComparer.Ordinal),
        CrashDirectory = parsed.GetValue(_crashAt) is null && parsed.GetValue(_crashBefore) is null && parsed.GetValue(_crashDirectory) is { } alone ? throw new InvalidOptionsException($"{_crashDirectory.Name}: '{alone}' is not looked at without {_crashAt.Name} or {_crashBefore.Name}") : parsed.GetValue(_crashDirectory),
        ClockOffset = TimeOf(parsed, _clockOffset),
        ClockJump = TimeOf(parsed, _clockJump),
        ClockJumpEvery = TimeSpan.FromMilliseconds(parsed.GetValue(_clockJumpMilliseconds)),
    };

    private string KnownStep(string step) => FaultOptions.CrashStepNames.Contains(step)
        ? step
        : throw new InvalidOptionsException($"{_crashBefore.Name}: no step of a snapshot is called '{step}'; there are {string.Join(", ", FaultOptions.CrashStepNames.Order(StringComparer.Ordinal))}");

    private static TimeSpan TimeOf(ParseResult parsed, Option<string> option)
    {
        string text = parsed.GetRequiredValue(option);
        bool isBack = text.StartsWith('-');
        if (!LongTime.TryParse(isBack ? text[1..] : text, out long milliseconds))
            throw new InvalidOptionsException($"{option.Name}: '{text}' is no time; write 90s, 15m, 12h or 365d, with a minus for a clock that is behind");
        return TimeSpan.FromMilliseconds(isBack ? -milliseconds : milliseconds);
    }
}
