// A photo is made smaller before it is sent: a phone on a slow line has it there in a second, and where it was taken stays on the phone.
import { fittedSize } from '#domain/pictures.ts';

/** The photo as JPEG of 1,600 pixels at the most, upright; as it is, where this browser cannot read it. */
export async function smaller(photo: File): Promise<File> {
	try {
		const bitmap = await createImageBitmap(photo, { imageOrientation: 'from-image' });
		const { width, height } = fittedSize(bitmap.width, bitmap.height);
		const canvas = document.createElement('canvas');
		Object.assign(canvas, { width, height });
		const context = canvas.getContext('2d')!;
		// JPEG knows nothing of what is to be seen through.
		context.fillStyle = '#ffffff';
		context.fillRect(0, 0, width, height);
		context.drawImage(bitmap, 0, 0, width, height);
		bitmap.close();
		const jpeg = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg', 0.8));
		return jpeg ? new File([jpeg], photo.name, { type: 'image/jpeg' }) : photo;
	} catch {
		// The server looks at it itself, and says so where it is no picture.
		return photo;
	}
}
