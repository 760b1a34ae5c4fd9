using PaxosShard.Hashing.Configurations;
using PaxosShard.Replica.Sharding;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Moves;
using PaxosShard.Wire.Placement;

namespace PaxosShard.Tests.Unit.Sharding;

/// <summary>A driver whose calls are answered by a script, in a time that passes only when the script says so.</summary>
internal sealed class DrivenShard
{
    /// <summary>Its group.</summary>
    public static readonly GroupId Group = new(3);

    private readonly ShardDriver _driver = new(Group);
    private readonly List<DriverCall> _open = [];
    private WatchJobResult? _news;

    /// <summary>The time, milliseconds.</summary>
    public long Now { get; private set; } = 5000;

    /// <summary>The calls that are without an answer, in the order in which they began.</summary>
    public IReadOnlyList<DriverCall> Open => _open;

    /// <summary>How long it sleeps when nothing is answered; <see cref="long.MaxValue"/>: until something is.</summary>
    public long Sleep
    {
        get
        {
            long next = _driver.NextStep(Now);
            return next == long.MaxValue ? next : next - Now;
        }
    }

    /// <summary>Time passes.</summary>
    public void Pass(long milliseconds) => Now += milliseconds;

    /// <summary>Lets it decide.</summary>
    /// <returns>The calls that begin.</returns>
    public List<DriverCall> Step()
    {
        List<DriverCall> calls = [];
        _driver.Step(Now, calls);
        _open.AddRange(calls);
        return calls;
    }

    /// <summary>Lets it decide; afterwards exactly one call of this kind has to be without an answer.</summary>
    public T Await<T>()
        where T : DriverCall
    {
        Step();
        return _open.OfType<T>().Single();
    }

    /// <summary>As the other one, for what the group is told by a kind of command.</summary>
    public Tell Await(CommandKind kind)
    {
        Step();
        return _open.OfType<Tell>().Single(tell => tell.Command.Span[0] == (byte)kind);
    }

    /// <summary>As the other one, for the question to one source.</summary>
    public CopyArcs AwaitCopy(GroupId source)
    {
        Step();
        return _open.OfType<CopyArcs>().Single(copy => copy.Source == source);
    }

    /// <summary>Lets it decide, and names the calls that are without an answer, in the order in which they began, without the question for news.</summary>
    public IEnumerable<string> Calls()
    {
        Step();
        return _open.Where(static call => call is not WatchJob).Select(static call => call is Tell tell ? $"{(CommandKind)tell.Command.Span[0]}" : call.GetType().Name);
    }

    /// <summary>Answers a call.</summary>
    public void Answer(DriverCall call, object answer)
    {
        Close(call);
        _driver.Answer(call, answer, Now);
    }

    /// <summary>Lets a call fail.</summary>
    public void Fail(DriverCall call, string reason = "nobody answers")
    {
        Close(call);
        _driver.Fail(call, reason, Now);
    }

    /// <summary>Why a lane does not get on; null when it does.</summary>
    public string? FindTrouble(string lane) => _driver.FindTrouble(lane);

    /// <summary>At the beginning: the masters and the group say how things are.</summary>
    public void Know(MovesResult own, WatchJobResult news)
    {
        Hear(news);
        Answer(Await<ReadOwn>(), own);
    }

    /// <summary>The masters answer.</summary>
    public void Hear(WatchJobResult news)
    {
        _news = news;
        Answer(Await<WatchJob>(), news);
    }

    /// <summary>The masters have nothing new, so that the group is asked, and says how it is now.</summary>
    public void Refresh(MovesResult own)
    {
        Hear(_news!);
        Answer(Await<ReadOwn>(), own);
        Pass(20);
    }

    /// <summary>The masters are asked for a configuration, and it is this one.</summary>
    public void Read(Configuration configuration)
    {
        ReadConfiguration read = Await<ReadConfiguration>();
        if (read.Number != configuration.Number)
            throw new InvalidOperationException($"configuration {read.Number} is asked for, and not {configuration.Number}");
        Answer(read, configuration);
    }

    /// <summary>The group is told to adopt this configuration, does so, and says how it is then.</summary>
    public void Adopt(Configuration configuration, MovesResult own)
    {
        Adopt adopt = Await<Adopt>();
        if (adopt.Next.Number != configuration.Number)
            throw new InvalidOperationException($"configuration {adopt.Next.Number} is to be adopted, and not {configuration.Number}");
        Answer(adopt, new AdoptConfigurationResult(configuration.Number));
        Answer(Await<ReadOwn>(), own);
    }

    private void Close(DriverCall call)
    {
        int place = _open.FindIndex(open => ReferenceEquals(open, call));
        if (place < 0)
            throw new InvalidOperationException($"{call} is not without an answer");
        _open.RemoveAt(place);
    }
}
