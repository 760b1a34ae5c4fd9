using NUnit.Framework;

namespace PaxosShard.Tests.Unit.ClientCore;

/// <summary>Whatever happens while rooms move: nothing runs twice or out of order, and every call ends with what is true of it (rule 9).</summary>
public sealed class MovingRoomsTests
{
    [Test]
    public void What_is_sent_while_rooms_move_runs_once_and_in_order_and_ends_with_what_is_true([Range(0, 49)] int seed, [Values] bool leaves) =>
        Assert.That(new MovingRooms((ulong)seed, leaves).Run(), Is.Null);
}
