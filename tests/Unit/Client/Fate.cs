namespace PaxosShard.Tests.Unit.Client;

/// <summary>What the fake group does with a request.</summary>
internal enum Fate
{
    /// <summary>Executes it and answers, as a healthy primary does.</summary>
    Answer,

    /// <summary>Executes it and answers twice.</summary>
    AnswerTwice,

    /// <summary>Executes it and answers one byte at a time.</summary>
    AnswerByteByByte,

    /// <summary>Executes it and never answers.</summary>
    LoseTheAnswer,

    /// <summary>Never sees it.</summary>
    LoseTheRequest,

    /// <summary>Resets the connection; the request is not executed.</summary>
    ResetBefore,

    /// <summary>Executes it and resets the connection in the middle of the answer.</summary>
    ResetWithinTheAnswer,

    /// <summary>Answers with bytes that are no frame.</summary>
    Garble,

    /// <summary>Refuses it for want of room.</summary>
    Busy,

    /// <summary>Refuses it for want of a quorum.</summary>
    NoQuorum,

    /// <summary>Says that the other replica leads.</summary>
    Redirect,

    /// <summary>Executes it, and says that its view was lost before that was known.</summary>
    Supersede,

    /// <summary>Says that its view was lost; the request never runs.</summary>
    SupersedeAndLose,
}
