using System.Diagnostics;
using PaxosShard.ChatClient.App.Cli;
using PaxosShard.Client;
using PaxosShard.Hashing;
using PaxosShard.Hashing.Configurations;
using PaxosShard.Programs;
using PaxosShard.Programs.Errors;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.ChatClient.App.Verbs.Shards.Gates;

/// <summary>Settles the first gate that is closed on a key or room, and waits until that has taken effect.</summary>
/// <param name="reader">The shards.</param>
/// <param name="opens">It opens; otherwise its operation is taken out.</param>
/// <param name="isForced">Also when the shard of the predecessor answers.</param>
internal sealed class GateSettlement(GateReader reader, bool opens, bool isForced)
{
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(50);

    // A primary that is gone has taken what it was told along.
    private static readonly TimeSpan _again = TimeSpan.FromSeconds(1);

    /// <summary>Settles it and says what it has done.</summary>
    /// <param name="name">The key or room.</param>
    /// <param name="isRoom">It is a room.</param>
    /// <param name="isHex">It is shown as hexadecimal digits.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="ReportedException">There is no such gate, it settles by itself, or what became of it is not known.</exception>
    public async Task RunAsync(ReadOnlyMemory<byte> name, bool isRoom, bool isHex, CancellationToken cancellation)
    {
        await using ShardClient shard = reader.Connect(reader.OwnerOf(name));
        ClosedGate[] closed = await ReadAsync(shard, name, isRoom, cancellation);
        if (closed is not [{ } gate, ..])
            throw new ReportedException(ErrorKinds.NoGate, $"no operation on this {(isRoom ? "room" : "key")} waits for another shard") { Next = $"px shard gate{reader.Target.Words}" };
        if (!isForced)
            await RequireLostAsync(gate, cancellation);
        try
        {
            await SettleAsync(shard, gate, cancellation);
            Tell(gate, (await ReadAsync(shard, name, isRoom, cancellation)).Length, isHex);
        }
        catch (NotAppliedException exception)
        {
            throw Unknown(exception.Message); // No answer in time: the primary may have been told.
        }
    }

    private static async Task<ClosedGate[]> ReadAsync(ShardClient shard, ReadOnlyMemory<byte> name, bool isRoom, CancellationToken cancellation) =>
        [.. (await shard.ReadGatesAsync(name, cancellation)).Gates.Where(gate => gate.IsRoom == isRoom)];

    // As long as it answers it tells what became of the operation, unless it has forgotten that: whoever settles the gate meanwhile may be wrong.
    private async Task RequireLostAsync(ClosedGate gate, CancellationToken cancellation)
    {
        Arc arc = new(gate.PredecessorArc);
        if (await reader.AnswersAsync(arc, cancellation))
        {
            GroupId owner = reader.Configuration.OwnerOf(arc);
            throw new ReportedException(ErrorKinds.GateSettles, $"shard {owner.Number} answers, and tells what became of operation {gate.Predecessor.Number}, for which it waits; when it does not for long, it has forgotten that: --force")
            {
                Next = $"px shard gate{reader.Target.Words}",
            };
        }
    }

    private async Task SettleAsync(ShardClient shard, ClosedGate gate, CancellationToken cancellation)
    {
        long began = Stopwatch.GetTimestamp();
        long told = 0;
        bool isTaken = false;
        while (Stopwatch.GetElapsedTime(began) < reader.Patience)
        {
            if (!isTaken || Stopwatch.GetElapsedTime(told) >= _again)
            {
                SettledByHand answer = await shard.SettleGateAsync(gate, opens, cancellation);
                if (answer != SettledByHand.Taken && !(answer == SettledByHand.NotThere && isTaken))
                    throw Refused(gate, answer);
                (isTaken, told) = (true, Stopwatch.GetTimestamp());
            }

            if ((await shard.ReadGatesAsync(gate.Name, cancellation)).Gates.All(other => other.Session != gate.Session || other.Sequence != gate.Sequence || other.Token != gate.Token))
                return;
            await Task.Delay(_pause, cancellation);
        }

        throw Unknown($"operation {gate.Sequence.Number} still waits after {Spoken.Time(reader.Patience)}");
    }

    private ReportedException Unknown(string message) => new(ErrorKinds.OutcomeUnknown, message)
    {
        Outcome = "the gate may be settled, now or in a moment; the same command again is safe",
        Next = $"px shard gate{reader.Target.Words}",
    };

    private ReportedException Refused(ClosedGate gate, SettledByHand answer) => answer switch
    {
        SettledByHand.NotThere => new ReportedException(ErrorKinds.NoGate, $"operation {gate.Sequence.Number} does not wait any more") { Next = $"px shard gate{reader.Target.Words}" },
        SettledByHand.Opens => new ReportedException(ErrorKinds.GateSettles, $"operation {gate.Sequence.Number} takes effect in a moment: it is known by now that the one before it did")
        {
            Next = $"px shard gate{reader.Target.Words}",
        },
        _ => new ReportedException(ErrorKinds.GateSettles, $"operation {gate.Sequence.Number} is being taken out: the one before it does not take effect where it waits for it")
        {
            Next = $"px shard gate{reader.Target.Words}",
        },
    };

    private void Tell(ClosedGate gate, int left, bool isHex)
    {
        if (reader.Target.IsJson)
        {
            reader.Target.Shell.Data(Json.ObjectLine(writer =>
            {
                writer.WriteNumber("operation", gate.Sequence.Number);
                writer.WriteString("settled", opens ? "opened" : "voided");
                writer.WriteNumber("left", left);
            }));
            return;
        }

        string what = opens ? "was opened: it takes effect in its turn" : "was taken out, without effect";
        string more = left == 0 ? "" : $"; {Spoken.Count(left, "more gate")} on it {(left == 1 ? "is" : "are")} closed";
        reader.Target.Say($"operation {gate.Sequence.Number} on {GateList.NameOf(gate, isHex)} {what}{more}");
    }
}
