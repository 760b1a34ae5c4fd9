using PaxosShard.Hashing;
using PaxosShard.Replica.Core.Execution;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Replica.Core.Ordered;

/// <summary>
/// Asks the primaries of other groups what becomes of the predecessors of what waits, and asks again while it waits: nothing that was asked or told survives a primary, a connection or a move (ordered rule M2).
/// </summary>
/// <param name="outlet">Where questions go.</param>
/// <param name="tickMilliseconds">How long a tick is.</param>
internal sealed class Inquiries(IOrderedOutlet outlet, int tickMilliseconds)
{
    /// <summary>A question is asked again after this time at the earliest, in milliseconds.</summary>
    public const int ShortestPause = 20;

    // And at the latest after this one: whoever is slow is not asked ever more rarely.
    private const int LongestPause = 1000;
    private const int AnswersWaited = 4;
    private const int Smoothing = 8;

    private readonly Dictionary<OperationName, Inquiry> _all = [];
    private double _usualAnswer;

    /// <summary>How long answers take, about, in ticks.</summary>
    public long UsualAnswer => (long)_usualAnswer;

    private long Pause => Math.Max(1, (long)Math.Clamp(AnswersWaited * _usualAnswer * tickMilliseconds, ShortestPause, LongestPause) / tickMilliseconds);

    /// <summary>Asks for an operation, if it is not asked for already.</summary>
    /// <param name="name">The operation.</param>
    /// <param name="arc">Its arc.</param>
    /// <param name="expiry">The expiry of what waits for it.</param>
    /// <param name="machine">Knows who serves it.</param>
    /// <param name="tick">The present tick.</param>
    /// <param name="follows">Each step on the way to its effect is wanted.</param>
    public void Begin(OperationName name, Arc arc, long expiry, IStateMachine machine, long tick, bool follows = false)
    {
        if (!_all.TryGetValue(name, out Inquiry? inquiry))
        {
            _all.Add(name, new Inquiry(arc, expiry) { Follows = follows });
            AskIfDue(name, machine, tick);
        }
        else if (follows && !inquiry.Follows)
        {
            (inquiry.Follows, inquiry.NextTick) = (true, tick);
            AskIfDue(name, machine, tick);
        }
    }

    /// <summary>Asks for an operation, or asks again if that is due.</summary>
    /// <inheritdoc cref="Begin"/>
    public void BeginOrRepeat(OperationName name, Arc arc, long expiry, IStateMachine machine, long tick, bool follows = false)
    {
        Begin(name, arc, expiry, machine, tick, follows);
        AskIfDue(name, machine, tick);
    }

    /// <summary>Asks again, if that is due, or if the group knows another owner than when it asked last.</summary>
    public void AskIfDue(OperationName name, IStateMachine machine, long tick)
    {
        if (!_all.TryGetValue(name, out Inquiry? inquiry))
            return;
        ArcOwner owner = machine.FindOwner(inquiry.Arc);
        if (owner.IsHere || (tick < inquiry.NextTick && owner.Configuration == inquiry.Configuration))
            return;
        GroupId group = inquiry.Told is { } told && inquiry.ToldConfiguration > owner.Configuration ? told : owner.Group;
        IReadOnlyList<string> addresses = machine.AddressesOf(group);
        inquiry.NextTick = tick + Pause;
        inquiry.Configuration = owner.Configuration;
        if (addresses.Count == 0)
            return;
        inquiry.AskedTick = inquiry.IsAnswered ? inquiry.AskedTick : tick;
        outlet.Ask(group, addresses, GroupNote.Ask(name.Session, name.Sequence, inquiry.Arc.Number, owner.Configuration, inquiry.Expiry, inquiry.Follows));
    }

    /// <summary>Whoever was asked has answered.</summary>
    public void OnAnswered(in GroupNote note, long tick)
    {
        if (!_all.TryGetValue(new OperationName(note.Session, note.Sequence), out Inquiry? inquiry))
            return;
        if (note.Kind == GroupNoteKind.Elsewhere)
        {
            inquiry.Told = note.Group == GroupId.None ? null : note.Group;
            inquiry.ToldConfiguration = note.Configuration;
        }

        if (!inquiry.IsAnswered)
            _usualAnswer += (tick - inquiry.AskedTick - _usualAnswer) / Smoothing;
        inquiry.IsAnswered = true;
    }

    /// <summary>An operation is not waited for any more.</summary>
    public void End(OperationName name) => _all.Remove(name);

    /// <summary>Nothing is waited for any more.</summary>
    public void Clear() => _all.Clear();

    private sealed class Inquiry(Arc arc, long expiry)
    {
        public Arc Arc => arc;

        public long Expiry => expiry;

        public bool Follows { get; set; }

        public long NextTick { get; set; } = long.MinValue;

        public long AskedTick { get; set; }

        public long Configuration { get; set; } = -1;

        public bool IsAnswered { get; set; }

        public GroupId? Told { get; set; }

        public long ToldConfiguration { get; set; }
    }
}
