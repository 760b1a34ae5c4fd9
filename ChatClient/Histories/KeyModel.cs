namespace PaxosShard.Client.Histories;

/// <summary>A key without concurrency. Whether there is space for a change depends on all keys, so a rejection is believed as far as this key goes.</summary>
public sealed class KeyModel : ISequentialModel<KeyState, KeyOperation>
{
    /// <inheritdoc/>
    public KeyState Initial => KeyState.Absent;

    /// <inheritdoc/>
    public bool TryApply(KeyState state, KeyOperation operation, out KeyState next)
    {
        next = state;
        if (operation is { IsUnknown: true, Answer: KeyAnswer.Rejected } or { IsUnknown: true, Action: KeyAction.Get })
            return true;
        switch (operation.Action)
        {
            case KeyAction.Get:
                return operation.Answer == KeyAnswer.Done ? !state.IsAbsent && state == operation.Found : operation.Answer == KeyAnswer.Missing && state.IsAbsent;
            case KeyAction.Delete:
                next = KeyState.Absent;
                return IsAnswerOfDelete(state, operation.Answer);
            case KeyAction.CompareAndSet:
                return TryCompareAndSet(state, operation, out next);
            default:
                if (operation.Answer != KeyAnswer.Rejected)
                    next = (operation.Action == KeyAction.Append ? state : KeyState.Absent).With(operation.Piece);
                return operation.Answer is KeyAnswer.None or KeyAnswer.Done or KeyAnswer.Rejected;
        }
    }

    private static bool IsAnswerOfDelete(KeyState state, KeyAnswer answer) => answer switch
    {
        KeyAnswer.None => true,
        KeyAnswer.Done => !state.IsAbsent,
        KeyAnswer.Missing => state.IsAbsent,
        _ => false,
    };

    private static bool TryCompareAndSet(KeyState state, KeyOperation operation, out KeyState next)
    {
        bool isExpected = state == operation.Expected;
        next = isExpected && operation.Answer != KeyAnswer.Rejected ? KeyState.Absent.With(operation.Piece) : state;
        return operation.Answer switch
        {
            KeyAnswer.None => true,
            KeyAnswer.Missing => state.IsAbsent && !isExpected,
            KeyAnswer.Mismatch => !state.IsAbsent && !isExpected && state == operation.Found,
            _ => isExpected,
        };
    }
}
