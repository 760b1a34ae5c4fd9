namespace PaxosShard.Master.Gateway.Lines;

/// <summary>What a line asks for; the number is the letter that stands in it.</summary>
internal enum RequestKind
{
    /// <summary>The value of a key.</summary>
    Get = 'G',

    /// <summary>Stores a value.</summary>
    Put = 'P',

    /// <summary>Takes a key away.</summary>
    Delete = 'D',

    /// <summary>Puts bytes behind the value of a key.</summary>
    Append = 'A',

    /// <summary>Stores a value if what is there is what is expected.</summary>
    CompareAndSet = 'C',

    /// <summary>Appends a message to a room.</summary>
    Send = 'S',
}
