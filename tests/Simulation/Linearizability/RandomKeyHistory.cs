using PaxosShard.Client.Histories;
using PaxosShard.Simulator.Checks.Linearizability;
using PaxosShard.Simulator.Randomness;

namespace PaxosShard.Tests.Simulation.Linearizability;

/// <summary>Histories of a real key with overlapping operations, some of which then lie.</summary>
internal static class RandomKeyHistory
{
    /// <summary>A history.</summary>
    /// <param name="random">What decides.</param>
    /// <param name="lies">An answer in it is not the one that was given.</param>
    public static IReadOnlyList<KeyOperation> Make(RandomStream random, out bool lies)
    {
        List<KeyOperation> operations = [];
        List<KeyState> past = [KeyState.Absent];
        lies = false;
        int count = random.Between(3, 14);
        int liesPerHundred = random.Pick<int>([0, 10, 20]);
        for (int index = 0; index < count; index++)
        {
            // It takes effect at this moment, and lasts some time before and after it.
            long moment = 10 * (index + 1);
            KeyOperation operation = new(index, moment - random.Between(1, 25), moment + random.Between(1, 25), random.Pick<KeyAction>(Enum.GetValues<KeyAction>()))
            {
                Piece = new KeyPiece(index, 1),
                Expected = past[^random.Between(1, Math.Min(2, past.Count))],
            };
            bool isUnknown = operation.Action != KeyAction.Get && random.Chance(1, 4);
            bool runs = !isUnknown || random.Chance(1, 2);
            operation = Run(operation with { Place = runs && operation.Action != KeyAction.Get ? index + 1 : 0 }, runs, past);
            if (isUnknown)
                operation = operation with { Returned = RoomOperation.NoAnswer, Answer = KeyAnswer.None, Found = KeyState.Absent };
            else if (random.Chance(liesPerHundred, 100))
                operation = Lie(random, operation, past, ref lies);
            operations.Add(operation);
        }

        return operations;
    }

    /// <summary>Gives an operation the answer of the last of the states, and adds the one that it leaves.</summary>
    public static KeyOperation Run(KeyOperation operation, bool runs, List<KeyState> past)
    {
        KeyState state = past[^1];
        KeyAnswer absent = state.IsAbsent ? KeyAnswer.Missing : KeyAnswer.Done;
        (KeyAnswer answer, KeyState next) = operation.Action switch
        {
            KeyAction.Get => (absent, state),
            KeyAction.Delete => (absent, KeyState.Absent),
            KeyAction.Append => (KeyAnswer.Done, state.With(operation.Piece)),
            KeyAction.Put => (KeyAnswer.Done, KeyState.Absent.With(operation.Piece)),
            _ when state == operation.Expected => (KeyAnswer.Done, KeyState.Absent.With(operation.Piece)),
            _ => (state.IsAbsent ? KeyAnswer.Missing : KeyAnswer.Mismatch, state),
        };
        if (runs && next != state)
            past.Add(next);
        bool shows = answer == KeyAnswer.Mismatch || (operation.Action == KeyAction.Get && answer == KeyAnswer.Done);
        return operation with { Answer = answer, Found = shows ? state : KeyState.Absent };
    }

    /// <summary>Gives an operation an answer that may be wrong.</summary>
    public static KeyOperation Lie(RandomStream random, KeyOperation operation, List<KeyState> past, ref bool lies)
    {
        KeyState other = past[random.Below(past.Count)];
        KeyOperation lie = operation.Action switch
        {
            KeyAction.Get => operation with { Answer = other.IsAbsent ? KeyAnswer.Missing : KeyAnswer.Done, Found = other },
            KeyAction.Delete => operation with { Answer = operation.Answer == KeyAnswer.Done ? KeyAnswer.Missing : KeyAnswer.Done },
            KeyAction.CompareAndSet => operation with { Answer = KeyAnswer.Mismatch, Found = other },
            _ => operation,
        };
        lies |= lie != operation;
        return lie;
    }
}
