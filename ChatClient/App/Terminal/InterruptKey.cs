namespace PaxosShard.ChatClient.App.Terminal;

/// <summary>What Ctrl-C does at an input line, in every program that has one: it clears what is typed, and on an empty line it asks once more. Used by one task. Pure.</summary>
/// <param name="editor">The input line.</param>
internal sealed class InterruptKey(LineEditor editor)
{
    private bool _isAsked;

    /// <summary>Takes notice of a key; every key is told, because any other one takes the question back.</summary>
    /// <param name="key">The key.</param>
    /// <param name="isLeaving">The user has said already that they leave: there is nothing to ask.</param>
    public InterruptMeaning On(Key key, bool isLeaving = false)
    {
        bool wasAsked = _isAsked;
        _isAsked = false;
        if (key.Kind != KeyKind.Interrupt)
            return InterruptMeaning.None;
        if (editor.Text.Length > 0)
        {
            editor.Set("");
            return InterruptMeaning.Clears;
        }
        if (isLeaving || wasAsked)
            return InterruptMeaning.Leaves;
        _isAsked = true;
        return InterruptMeaning.Asks;
    }
}

/// <summary>What a key means.</summary>
internal enum InterruptMeaning
{
    /// <summary>It is another key.</summary>
    None,

    /// <summary>What was typed is gone.</summary>
    Clears,

    /// <summary>The user is to be asked once more.</summary>
    Asks,

    /// <summary>The user leaves at once.</summary>
    Leaves,
}
