namespace PaxosShard.Replica.Machines;

/// <summary>A place in a <see cref="RoomOrder"/>, valid until a room is added.</summary>
/// <param name="Block">The block.</param>
/// <param name="Index">The place in it; its end is the place before the next block.</param>
internal readonly record struct RoomPlace(int Block, int Index);
